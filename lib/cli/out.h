/* The one writer: records go in as JSON lines, come out in the format of -F,
 * with the fields of -f, to stdout or -o. */
#ifndef CRM_OUT_H
#define CRM_OUT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "model/record.h"

struct crm_out;

/* What only the program knows. All may be NULL. */
struct crm_out_help {
	/* A path that leaves the record ("account.name") or a computed field:
	 * its raw JSON value, valid until the next call; false where there is
	 * none. Called only when the record itself has no such member. rec is
	 * NULL for records that came as text. */
	bool (*resolve)(void *self, const struct crm_rec *rec,
	    struct crm_str json, struct crm_str path, struct crm_str *val);
	/* How many of an id's last characters name it, >= 4 (tables). */
	size_t (*short_id)(void *self, struct crm_str id);
	/* The columns of a table without -f for a type, comma-separated; NULL:
	 * those that occur. */
	const char *(*columns)(void *self, struct crm_str type);
	void *self;
};

/* Opens the output that cli's options describe (format, fields, output, nul)
 * and attaches it to cli, whose crm_cli_end ends and frees it. A file for -o
 * is made beside its name and renamed at the end. NULL after a reported
 * failure. */
struct crm_out *crm_out_init(struct crm_cli *cli,
    const struct crm_out_help *help) CRM_MUST;
/* One record, canonical JSON text without its line end. Counted in
 * cli->count.written. False: stop writing, nobody reads (or it failed, which
 * was reported). */
bool crm_out_record(struct crm_out *o, struct crm_str json);
/* The same for a record of a store or a reader, with its rev. */
bool crm_out_rec(struct crm_out *o, const struct crm_rec *rec);
/* Text as it is (reports, cards), not counted. */
bool crm_out_text(struct crm_out *o, struct crm_str text);
/* The program prints this format by itself, with crm_out_text alone: no head,
 * no end. */
void crm_out_own(struct crm_out *o);
/* Ends the format (the rows of a table that still wait, the end of an array);
 * nothing may follow. To be called before what the helpers need goes away;
 * crm_cli_end does the rest. */
void crm_out_finish(struct crm_out *o);
/* CSV for spreadsheets: formulas defused (numbers are none), a byte order mark,
 * CRLF. Before the first record. */
void crm_out_spreadsheet(struct crm_out *o);
/* True while -l allows one more record. */
bool crm_out_more(const struct crm_out *o);
/* The format after AUTO was decided. */
enum crm_format crm_out_format(const struct crm_out *o);
/* The store's revision for --end's closing line {"_end":N,"_rev":R}. */
void crm_out_rev(struct crm_out *o, uint64_t rev);
/* Writes what is buffered (streaming formats). */
bool crm_out_flush(struct crm_out *o);
/* The end of a table or an array, the closing line, the rename; false when
 * something failed, which was reported. keep false: -o's file stays as it was.
 * Called by crm_cli_end. */
bool crm_out_end(struct crm_out *o, bool keep);

#endif
