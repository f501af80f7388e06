/* E-mail addresses: syntax (RFC 5321 section 4.1.2, RFC 6531), the key form,
 * role addresses and public mail providers. */
#ifndef CRM_NORM_EMAIL_H
#define CRM_NORM_EMAIL_H

#include "base/base.h"
#include "base/buf.h"

/* NULL where s (without blanks around it) is an address, else the reason in
 * words: "no '@'". Quoted local parts and UTF-8 ones are fine, address
 * literals ("[192.0.2.1]") too; comments and display names are not. */
const char *crm_email_check(struct crm_str s);
/* Appends the key: local part folded, domain as lower-case A-labels. False
 * (nothing appended) where crm_email_check finds a fault. */
bool crm_email_key(struct crm_buf *b, struct crm_str s);
/* Appends the form to store: blanks, "mailto:", angle brackets and a display
 * name around it gone, full-width characters as usual ones, the domain in
 * lower case and readable Unicode, the local part's case as given. False
 * (nothing appended) where that is no address. */
bool crm_email_fix(struct crm_buf *b, struct crm_str s);
/* Appends the mailbox that a key's mail arrives in: without "+tag" (RFC 5233),
 * and at Google without dots, under the provider's one name. */
void crm_email_mailbox(struct crm_buf *b, struct crm_str key);
/* The part behind the last '@' (a key's domain). */
struct crm_str crm_email_domain(struct crm_str key);
/* True for addresses of a function, not of a person (info@, sales@ …), in
 * several languages. Takes a key, or the part of one before the '@'. */
bool crm_email_is_role(struct crm_str key);
bool crm_mailbox_is_role(struct crm_str local);
/* True for a domain where anybody gets an address (gmail.com …): it says
 * nothing about the employer. Takes a key's domain. */
bool crm_domain_is_public(struct crm_str domain);
/* True for a provider of throw-away addresses. */
bool crm_domain_is_disposable(struct crm_str domain);

#endif
