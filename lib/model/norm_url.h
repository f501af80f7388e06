/* Web addresses and domains: keys to compare by, forms to store, handles of
 * social networks. */
#ifndef CRM_NORM_URL_H
#define CRM_NORM_URL_H

#include "base/base.h"
#include "base/buf.h"

/* Appends the key of a domain: from a bare name, a web address or an e-mail
 * address; lower-case A-labels, without "www.", port and path. False (nothing
 * appended) where that is no host with a dot. */
bool crm_domain_key(struct crm_buf *b, struct crm_str s);
/* NULL, or why it is no domain. */
const char *crm_domain_check(struct crm_str s);
/* The domain that somebody registered: the last part of a key that a public
 * suffix ("com", "co.uk") leaves one label of; the whole where it is a suffix
 * itself. A guess by a short list of suffixes of two labels. */
struct crm_str crm_domain_registrable(struct crm_str key);

/* Appends the key of a web address: scheme dropped, host as crm_domain_key,
 * path without a final slash, no fragment, no tracking parameters (utm_*,
 * gclid, fbclid …). False where it has no host. */
bool crm_url_key(struct crm_buf *b, struct crm_str s);
/* Appends the form to store: "https://" before what has no scheme, host in
 * lower case, the rest as given. False where it is no web address. */
bool crm_url_fix(struct crm_buf *b, struct crm_str s);
/* NULL, or why it is no web address. */
const char *crm_url_check(struct crm_str s);

/* Appends "network:handle" ("linkedin:in/maria", "x:acme") of the address of
 * a profile, or of "@acme" when network names one; false where it is none. */
bool crm_social_key(struct crm_buf *b, struct crm_str s,
    struct crm_str network);

#endif
