/* Internet messages (RFC 5322, MIME RFC 2045-2047): what a CRM wants to know
 * of one, and the writing of letters. */
#ifndef CRM_MAIL_H
#define CRM_MAIL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

enum { CRM_MAIL_MAX_PARTS = 256, CRM_MAIL_MAX_ADDRESSES = 256 };

struct crm_mail_part {	/* an attachment */
	struct crm_str name, type;
	uint8_t sha256[32];
	size_t size;
};

struct crm_mail {	/* texts are in mem, decoded to UTF-8 */
	struct crm_str subject, id, reply_to_id;
	struct crm_str from, from_name;
	struct crm_str to[CRM_MAIL_MAX_ADDRESSES];	/* To and Cc */
	size_t nto;
	int64_t date;
	bool has_date;
	struct crm_str body;	/* text/plain, else text/html without markup */
	struct crm_mail_part part[CRM_MAIL_MAX_PARTS];
	size_t nparts;
	struct crm_arena mem;
};

/* Reads one message. INVALID ("mail.header") where it begins with no header. */
enum crm_status crm_mail_read(struct crm_str message, struct crm_mail *out,
    struct crm_err *err) CRM_MUST;
void crm_mail_release(struct crm_mail *m);
/* RFC 5322 date to microseconds. */
bool crm_mail_date(struct crm_str s, int64_t *t);
/* Cuts the next address off a header's list: the bare address and the display
 * name, both appended; false at the end. */
bool crm_mail_address(struct crm_str *rest, struct crm_buf *address,
    struct crm_buf *name);

/* A header line, folded; name and text from data are made safe (no line
 * breaks get through). */
void crm_mail_header(struct crm_buf *b, const char *name, struct crm_str text);
/* "Name <address>", the name encoded where it has to be. */
void crm_mail_to(struct crm_buf *b, const char *header, struct crm_str name,
    struct crm_str address);
/* MIME-Version, Content-Type and the body: text/plain, and with html (may be
 * empty) multipart/alternative; quoted-printable. boundary must not occur. */
void crm_mail_body(struct crm_buf *b, struct crm_str text,
    struct crm_str html, const char *boundary);

#endif
