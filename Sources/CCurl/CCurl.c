#include "CCurl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#define CRM_FUNCTIONS(each)                                                                                             \
  each(curl_global_init) each(curl_easy_init) each(curl_easy_reset) each(curl_easy_cleanup)          \
  each(curl_easy_setopt) each(curl_easy_getinfo) each(curl_slist_append) each(curl_slist_free_all)                      \
  each(curl_multi_init) each(curl_multi_cleanup) each(curl_multi_setopt) each(curl_multi_add_handle)                    \
  each(curl_multi_remove_handle) each(curl_multi_perform) each(curl_multi_poll) each(curl_multi_wakeup)                 \
  each(curl_multi_info_read)

/* curl.h hides some of its functions behind macros that check types. */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define DECLARE(name) __typeof__(&name) name;
static struct { CRM_FUNCTIONS(DECLARE) } curl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *failure;

static void open_library(void) {
  void *library = dlopen("libcurl.so.4", RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    failure = "libcurl is not installed.";
    return;
  }
#define LOAD(name)                                                                                                      \
  curl.name = (__typeof__(&name))dlsym(library, #name);                                                                 \
  if (!curl.name) failure = "libcurl is too old: " #name " is missing.";
  CRM_FUNCTIONS(LOAD)
  if (failure) return;
  /* With CURLOPT_NOSIGNAL, a connection that broke would otherwise end the program. */
  signal(SIGPIPE, SIG_IGN);
  if (curl.curl_global_init(CURL_GLOBAL_DEFAULT)) failure = "libcurl cannot be initialised.";
  CURL *probe = failure ? NULL : curl.curl_easy_init();
  if (probe && curl.curl_easy_setopt(probe, CURLOPT_QUICK_EXIT, 1L)) failure = "libcurl is older than 7.87.";
  if (probe) curl.curl_easy_cleanup(probe);
}

const char *crm_curl_open(void) {
  pthread_once(&once, open_library);
  return failure;
}

CURL *crm_curl_new(void) { return curl.curl_easy_init(); }
void crm_curl_reset(CURL *easy) { curl.curl_easy_reset(easy); }
void crm_curl_free(CURL *easy) { curl.curl_easy_cleanup(easy); }

CURLcode crm_curl_set_long(CURL *easy, CURLoption option, long value) {
  return curl.curl_easy_setopt(easy, option, value);
}
CURLcode crm_curl_set_large(CURL *easy, CURLoption option, int64_t value) {
  return curl.curl_easy_setopt(easy, option, (curl_off_t)value);
}
CURLcode crm_curl_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl.curl_easy_setopt(easy, option, value);
}
CURLcode crm_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl.curl_easy_setopt(easy, option, value);
}

static int begins(void *context, char *remote, char *local, int remote_port, int local_port) {
  (void)remote, (void)local, (void)remote_port, (void)local_port;
  const crm_curl_listener *listener = context;
  return listener->begins(listener->context) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

CURLcode crm_curl_set_listener(CURL *easy, const crm_curl_listener *listener) {
  CURLcode results[] = {
    curl.curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, listener->head),
    curl.curl_easy_setopt(easy, CURLOPT_HEADERDATA, listener->context),
    curl.curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, listener->body),
    curl.curl_easy_setopt(easy, CURLOPT_WRITEDATA, listener->context),
    curl.curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, begins),
    curl.curl_easy_setopt(easy, CURLOPT_PREREQDATA, (void *)listener),
  };
  for (size_t i = 0; i < sizeof results / sizeof *results; i++)
    if (results[i]) return results[i];
  return CURLE_OK;
}

struct curl_slist *crm_curl_append(struct curl_slist *list, const char *text) {
  return curl.curl_slist_append(list, text);
}
void crm_curl_free_list(struct curl_slist *list) { curl.curl_slist_free_all(list); }

long crm_curl_get_long(CURL *easy, CURLINFO info) {
  long value = 0;
  return curl.curl_easy_getinfo(easy, info, &value) ? 0 : value;
}

long long crm_curl_get_large(CURL *easy, CURLINFO info) {
  curl_off_t value = 0;
  return curl.curl_easy_getinfo(easy, info, &value) ? 0 : value;
}

CURLM *crm_curl_multi_new(void) { return curl.curl_multi_init(); }
void crm_curl_multi_free(CURLM *multi) { curl.curl_multi_cleanup(multi); }
CURLMcode crm_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl.curl_multi_setopt(multi, option, value);
}
CURLMcode crm_curl_multi_add(CURLM *multi, CURL *easy) { return curl.curl_multi_add_handle(multi, easy); }
CURLMcode crm_curl_multi_remove(CURLM *multi, CURL *easy) { return curl.curl_multi_remove_handle(multi, easy); }

CURLMcode crm_curl_multi_perform(CURLM *multi) {
  int running;
  return curl.curl_multi_perform(multi, &running);
}

CURLMcode crm_curl_multi_wait(CURLM *multi, int milliseconds) {
  return curl.curl_multi_poll(multi, NULL, 0, milliseconds, NULL);
}

void crm_curl_multi_wake(CURLM *multi) { curl.curl_multi_wakeup(multi); }

CURL *crm_curl_multi_next(CURLM *multi, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = curl.curl_multi_info_read(multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
