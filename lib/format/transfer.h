/* Transfer encodings of mail and vCard: quoted-printable (RFC 2045 6.7),
 * base64 (RFC 4648) and encoded words in headers (RFC 2047). */
#ifndef CRM_TRANSFER_H
#define CRM_TRANSFER_H

#include "base/base.h"
#include "base/buf.h"

/* Decodes what it can: a broken escape stands as it is. With `words` the rules
 * of RFC 2047's Q encoding hold (_ is a blank). */
void crm_qp_decode(struct crm_buf *b, struct crm_str s, bool words);
/* Text as quoted-printable with CRLF line ends and lines of at most 76. */
void crm_qp_encode(struct crm_buf *b, struct crm_str text);
/* False where s is no base64 (white space is skipped; what came before the
 * wrong byte is appended). */
bool crm_base64_decode(struct crm_buf *b, struct crm_str s);
/* In lines of 76 with CRLF where `wrap`. */
void crm_base64_encode(struct crm_buf *b, struct crm_str s, bool wrap);
/* A header's text with its encoded words as UTF-8. */
void crm_words_decode(struct crm_buf *b, struct crm_str s);
/* Text for a header: as it is where it is ASCII, else encoded words of UTF-8
 * in base64, folded with CRLF and a blank. */
void crm_words_encode(struct crm_buf *b, struct crm_str s);

#endif
