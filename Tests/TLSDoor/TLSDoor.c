#include "TLSDoor.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Certificates */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_PKEY *authority_key;
static X509 *authority;

static void extend(X509 *certificate, X509 *issuer, int kind, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, kind, value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/* A certificate for `key`, from `begins` to `ends` days from now; `host` is NULL for an authority. */
static X509 *certify(EVP_PKEY *key, const char *host, long begins, long ends) {
  static long serial;
  X509 *certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), __sync_add_and_fetch(&serial, 1));
  X509_gmtime_adj(X509_getm_notBefore(certificate), begins * 86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), ends * 86400);
  X509_NAME *name = X509_get_subject_name(certificate);
  const char *subject = host ? host : "Authority of the tests";
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)subject, -1, -1, 0);
  X509 *issuer = host ? authority : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  X509_set_pubkey(certificate, key);
  extend(certificate, issuer, NID_basic_constraints, host ? "critical,CA:FALSE" : "critical,CA:TRUE");
  extend(certificate, issuer, NID_subject_key_identifier, "hash");
  if (host) {
    char names[256];
    snprintf(names, sizeof names, "DNS:%s", host);
    extend(certificate, issuer, NID_subject_alt_name, names);
  }
  X509_sign(certificate, host ? authority_key : key, EVP_sha256());
  return certificate;
}

static void make_authority(void) {
  authority_key = EVP_EC_gen("P-256");
  authority = certify(authority_key, NULL, -1, 2);
}

bool crm_tls_write_authority(const char *path) {
  pthread_once(&once, make_authority);
  FILE *file = fopen(path, "w");
  if (!file) return false;
  bool is_written = PEM_write_X509(file, authority);
  return fclose(file) == 0 && is_written;
}

static SSL_CTX *make_context(crm_tls_kind kind) {
  pthread_once(&once, make_authority);
  EVP_PKEY *key = EVP_EC_gen("P-256");
  const char *host = kind == crm_tls_for_elsewhere ? "elsewhere.example" : "localhost";
  bool is_expired = kind == crm_tls_expired;
  X509 *certificate = certify(key, host, is_expired ? -30 : -1, is_expired ? -1 : 1);
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(context, certificate);
  SSL_CTX_use_PrivateKey(context, key);
  if (kind == crm_tls_old_protocol) {
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
  }
  X509_free(certificate);
  EVP_PKEY_free(key);
  return context;
}

/* Connections */

struct crm_tls_door {
  SSL_CTX *context;
  int listening;
  int target;
  int port;
  int stop[2];
  pthread_t thread;
};

typedef struct {
  SSL *ssl;
  int target;
} connection;

static struct sockaddr_in loopback(int port) {
  return (struct sockaddr_in){
    .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int connect_to(int port) {
  int out = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = loopback(port);
  if (out < 0 || connect(out, (struct sockaddr *)&address, sizeof address) == 0) return out;
  close(out);
  return -1;
}

/* A reset behind us becomes a reset in front of us. */
static void reset(int socket) {
  struct linger linger = {1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static void pass_on(SSL *ssl, int plain) {
  char bytes[16384];
  int secure = SSL_get_fd(ssl);
  for (;;) {
    struct pollfd polled[2] = {{secure, POLLIN, 0}, {plain, POLLIN, 0}};
    if (!SSL_pending(ssl) && poll(polled, 2, -1) < 0) return;
    if (SSL_pending(ssl) || polled[0].revents) {
      int count = SSL_read(ssl, bytes, sizeof bytes);
      if (count <= 0 || send(plain, bytes, (size_t)count, MSG_NOSIGNAL) != count) return;
    }
    if (polled[1].revents) {
      ssize_t count = recv(plain, bytes, sizeof bytes, 0);
      if (count < 0) reset(secure);
      if (count <= 0 || SSL_write(ssl, bytes, (int)count) <= 0) return;
    }
  }
}

static void *serve(void *argument) {
  connection *it = argument;
  int secure = SSL_get_fd(it->ssl), plain = -1;
  int yes = 1;
  setsockopt(secure, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (SSL_accept(it->ssl) == 1 && (plain = connect_to(it->target)) >= 0) pass_on(it->ssl, plain);
  SSL_free(it->ssl);
  if (plain >= 0) close(plain);
  close(secure);
  free(it);
  return NULL;
}

static void *run(void *argument) {
  crm_tls_door *door = argument;
  /* Inherited by the threads of the connections: OpenSSL writes without asking for silence. */
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, NULL);
  for (;;) {
    struct pollfd polled[2] = {{door->stop[0], POLLIN, 0}, {door->listening, POLLIN, 0}};
    poll(polled, 2, -1);
    if (polled[0].revents) return NULL;
    int secure = accept(door->listening, NULL, NULL);
    if (secure < 0) continue;
    connection *it = malloc(sizeof *it);
    *it = (connection){SSL_new(door->context), door->target};
    SSL_set_fd(it->ssl, secure);
    pthread_t thread;
    pthread_create(&thread, NULL, serve, it);
    pthread_detach(thread);
  }
}

crm_tls_door *crm_tls_open(crm_tls_kind kind, int target) {
  crm_tls_door *door = calloc(1, sizeof *door);
  door->context = make_context(kind);
  door->target = target;
  door->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (bind(door->listening, (struct sockaddr *)&address, size) || listen(door->listening, 64) ||
      getsockname(door->listening, (struct sockaddr *)&address, &size) || pipe(door->stop) ||
      pthread_create(&door->thread, NULL, run, door)) {
    close(door->listening);
    SSL_CTX_free(door->context);
    free(door);
    return NULL;
  }
  door->port = ntohs(address.sin_port);
  return door;
}

int crm_tls_port(const crm_tls_door *door) { return door->port; }

void crm_tls_close(crm_tls_door *door) {
  if (write(door->stop[1], "", 1) == 1) pthread_join(door->thread, NULL);
  close(door->stop[0]);
  close(door->stop[1]);
  close(door->listening);
  SSL_CTX_free(door->context);
  free(door);
}
