/* Compressing small objects (RFC 1950, RFC 1951). A record's file has some
 * hundred bytes, and zlib spends most of its time on what it prepares and clears
 * for each: this takes about a fifth of it and leaves as few bytes. */
#ifndef CRM_GIT_DEFLATE_H
#define CRM_GIT_DEFLATE_H

#include "base/base.h"
#include "base/buf.h"

enum { CRM_DEFLATE_MAX = 32768 };

struct crm_deflate;
struct crm_deflate *crm_deflate_new(void);
void crm_deflate_free(struct crm_deflate *d);	/* NULL is fine */
/* Appends the zlib stream of `in`, which has at most CRM_DEFLATE_MAX bytes. The
 * same input gives the same bytes, whatever came before it. */
void crm_deflate_add(struct crm_deflate *d, struct crm_str in,
    struct crm_buf *out);

#endif
