#pragma once
#include <stdbool.h>

/* TLS in front of a port of this machine, for tests, with certificates of an authority that is made when it is first needed
   and never leaves the process but for its certificate. */

/* Writes the authority's certificate, which makes `crm_tls_good` a certificate to be trusted for localhost. */
bool crm_tls_write_authority(const char *path);

typedef enum { crm_tls_good, crm_tls_expired, crm_tls_for_elsewhere, crm_tls_old_protocol } crm_tls_kind;
typedef struct crm_tls_door crm_tls_door;

/* Opens a free port, ends the TLS of what comes there, and passes the bytes on to `target`. NULL if it cannot. */
crm_tls_door *crm_tls_open(crm_tls_kind kind, int target);
int crm_tls_port(const crm_tls_door *door);
/* Takes no more connections; those that are open end with their other side. */
void crm_tls_close(crm_tls_door *door);
