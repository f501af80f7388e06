/* The writer from inside: what the formats share. lib/cli's own. */
#ifndef CRM_OUT_IMPL_H
#define CRM_OUT_IMPL_H

#include "base/file.h"
#include "cli/out.h"
#include "format/json.h"

/* One record on its way out: text, and the row it came from where there is
 * one. */
struct crm_out_row {
	struct crm_str json;
	const struct crm_rec *rec;
};

/* A format. record appends to o->buf or keeps what it needs; end closes. */
struct crm_out_form {
	void (*record)(struct crm_out *o, const struct crm_out_row *r);
	void (*end)(struct crm_out *o);	/* may be NULL */
	void (*release)(struct crm_out *o);	/* may be NULL */
};

struct crm_out {
	struct crm_cli *cli;
	struct crm_out_help help;
	enum crm_format format;
	const struct crm_out_form *form;
	int fd;
	struct crm_file file;		/* -o */
	struct crm_buf buf;		/* whole lines that wait */
	struct crm_buf line;		/* of a record printed from its row */
	struct crm_str *fields;		/* -f, in cli->fields */
	size_t nfields;
	bool spreadsheet;		/* CSV: defused, BOM, CRLF */
	bool broken;			/* no more writing */
	bool failed;			/* and that was reported */
	bool finished;			/* the format's end is in buf */
	int64_t rev;			/* for _end; -1: none */
	void *state;			/* the format's own */
	struct crm_buf tmp, val;	/* scratch */
};

extern const struct crm_out_form crm_out_csv, crm_out_table, crm_out_card;

/* The raw value of a field, "rev" and paths through the resolver included. */
bool crm_out_value(struct crm_out *o, const struct crm_out_row *r,
    struct crm_str path, struct crm_str *val);
/* Appends a value as plain text: scalars as they are, lists of scalars joined
 * by ';', anything else (and lists with a ';' in an element) as JSON. */
void crm_out_plain(struct crm_buf *b, struct crm_str val);
/* Calls fn for each leaf of an object (empty objects are leaves) with its
 * dotted path, which is kept in `path`: scratch, empty before and after. */
void crm_out_leaves(struct crm_buf *path, struct crm_str object,
    void (*fn)(void *ctx, struct crm_str path, struct crm_str val), void *ctx);

#endif
