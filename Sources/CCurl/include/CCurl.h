#pragma once
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* What CRMSync needs of libcurl. Swift cannot call variadic C, so each kind of value has a door of its own; and libcurl is
   opened when the first transport is made, not linked: its thirty libraries would cost every start of the program. */

/* Opens libcurl. NULL, or why it cannot be used. Any thread may call it, any number of times. */
const char *crm_curl_open(void);

CURL *crm_curl_new(void);
/* Forgets all settings, but not the TLS sessions. */
void crm_curl_reset(CURL *easy);
void crm_curl_free(CURL *easy);

CURLcode crm_curl_set_long(CURL *easy, CURLoption option, long value);
CURLcode crm_curl_set_large(CURL *easy, CURLoption option, int64_t value);
CURLcode crm_curl_set_text(CURL *easy, CURLoption option, const char *value);
CURLcode crm_curl_set_pointer(CURL *easy, CURLoption option, void *value);
/* Each gets `context`. What returns fewer bytes than it was given ends the transfer; so does a `begins` that returns false.
   `begins` is called each time the request is about to go out over an open connection. */
typedef size_t (*crm_curl_take)(char *bytes, size_t size, size_t count, void *context);
typedef bool (*crm_curl_begins)(void *context);
typedef struct {
  crm_curl_take head;
  crm_curl_take body;
  crm_curl_begins begins;
  void *context;
} crm_curl_listener;
/* The listener must outlive the transfer. */
CURLcode crm_curl_set_listener(CURL *easy, const crm_curl_listener *listener);

struct curl_slist *crm_curl_append(struct curl_slist *list, const char *text);
void crm_curl_free_list(struct curl_slist *list);
long crm_curl_get_long(CURL *easy, CURLINFO info);
long long crm_curl_get_large(CURL *easy, CURLINFO info);

CURLM *crm_curl_multi_new(void);
void crm_curl_multi_free(CURLM *multi);
CURLMcode crm_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode crm_curl_multi_add(CURLM *multi, CURL *easy);
CURLMcode crm_curl_multi_remove(CURLM *multi, CURL *easy);
CURLMcode crm_curl_multi_perform(CURLM *multi);
/* Returns when something can go on, after `milliseconds`, or when `crm_curl_multi_wake` was called. */
CURLMcode crm_curl_multi_wait(CURLM *multi, int milliseconds);
/* The one function that another thread may call meanwhile. */
void crm_curl_multi_wake(CURLM *multi);
/* The next transfer that has ended, and how; NULL if there is none. */
CURL *crm_curl_multi_next(CURLM *multi, CURLcode *result);
