/* Punycode (RFC 3492) and the mapping of host names to their A-label form
 * (UTS #46, non-transitional, without the joiner rules). */
#ifndef CRM_PUNYCODE_H
#define CRM_PUNYCODE_H

#include "base/base.h"
#include "base/buf.h"

/* Appends the Punycode of a UTF-8 label (without "xn--"); false where it is
 * not UTF-8 or longer than 63 characters. */
bool crm_punycode_encode(struct crm_buf *b, struct crm_str label) CRM_MUST;
/* Appends the UTF-8 text of a Punycode label (without "xn--"); false where it
 * does not decode. */
bool crm_punycode_decode(struct crm_buf *b, struct crm_str ascii) CRM_MUST;

/* Why a host name is none. */
enum crm_host {
	CRM_HOST_OK, CRM_HOST_EMPTY, CRM_HOST_LABEL_EMPTY, CRM_HOST_LABEL_LONG,
	CRM_HOST_LONG, CRM_HOST_CHAR, CRM_HOST_HYPHEN, CRM_HOST_PUNYCODE,
	CRM_HOST_NO_DOT, CRM_HOST_NUMERIC
};
/* Appends the host in lower case, non-ASCII labels as "xn--" A-labels, without
 * a final dot; on anything but CRM_HOST_OK what was appended is undefined.
 * A name of one label is CRM_HOST_NO_DOT, a last label of digits only is
 * CRM_HOST_NUMERIC. */
enum crm_host crm_host_ascii(struct crm_buf *b, struct crm_str host);
/* The text for a reason: "two dots in a row or a dot at the end". */
const char *crm_host_reason(enum crm_host h);
/* Appends the host for reading: "xn--" labels that decode as Unicode. */
void crm_host_display(struct crm_buf *b, struct crm_str ascii);

#endif
