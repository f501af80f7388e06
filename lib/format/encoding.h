/* Character encodings of files, decoded to UTF-8 and back, in chunks. A byte
 * order mark decides; then the NUL pattern of UTF-16 and UTF-32; then strict
 * UTF-8; anything else stops with a message that names --encoding: 8-bit sets
 * are never guessed. */
#ifndef CRM_ENCODING_H
#define CRM_ENCODING_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

struct crm_decoder;

/* name: what the user said ("windows-1253", "UTF-16LE"), or NULL to find out.
 * USAGE for a name that iconv does not know ("encoding.unknown"). */
enum crm_status crm_decoder_new(const char *name, struct crm_decoder **out,
    struct crm_err *err) CRM_MUST;
void crm_decoder_free(struct crm_decoder *d);
/* Appends the next n bytes of the file as UTF-8, without the mark; `last` with
 * the final ones (n may be 0). Characters cut by the chunk's end wait for the
 * next call. INVALID: "encoding.invalid", reading cannot go on. */
enum crm_status crm_decode(struct crm_decoder *d, const void *p, size_t n,
    bool last, struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* What was found, for crm_encode: "UTF-8", "UTF-16LE"…, "" before the first
 * bytes; and whether a mark stood there. */
const char *crm_decoder_name(const struct crm_decoder *d);
bool crm_decoder_bom(const struct crm_decoder *d);

/* UTF-8 text in another encoding, appended to out. INVALID where the set has
 * no such character. */
struct crm_encoder;
enum crm_status crm_encoder_new(const char *name, struct crm_encoder **out,
    struct crm_err *err) CRM_MUST;
void crm_encoder_free(struct crm_encoder *e);
enum crm_status crm_encode(struct crm_encoder *e, struct crm_str utf8,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* A whole text at once, both ways; charset as mails and vCards name it. */
enum crm_status crm_recode(const char *from, const char *to,
    struct crm_str text, struct crm_buf *out, struct crm_err *err) CRM_MUST;

#endif
