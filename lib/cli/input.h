/* The one input loop: FILE operands, "-" and stdin in order, or the store with
 * -a; lines without their end; limits; rejects; the closing _end line. */
#ifndef CRM_INPUT_H
#define CRM_INPUT_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"

/* Lines from elsewhere (the store for -a): one line without its end, valid
 * until the next call. CRM_OK, CRM_NOTFOUND at the end, or what failed. */
struct crm_lines {
	enum crm_status (*next)(void *self, struct crm_str *line,
	    struct crm_err *err);
	void *self;
};

struct crm_input {
	struct crm_cli *cli;
	const char *source;	/* of the current line: file name or "-"; "" for
				 * the store */
	uint64_t line;		/* its number, from 1 */
	struct crm_str text;	/* the current line, without its end */
	bool cr;		/* it ended with CRLF */
	bool failed;		/* a file could not be read, or the end is
				 * missing: do not commit with --atomic */
	char sep;		/* '\n'; 0 with -0 where ids are read */
	bool ahead;		/* crm_input_sound is asked by the caller */
	int64_t end_rev;	/* _rev of the last _end line, -1: none */

	/* Its own. */
	const char *const *files;
	size_t nfiles, file;
	struct crm_lines lines;
	int fd;
	char *buf;
	size_t cap, pos, fill;
	bool eof, first, ended, noted;
	uint64_t since_end;	/* lines since the last _end */
};

/* Reads the files (none: stdin). Nothing is opened yet. */
void crm_input_init(struct crm_input *in, struct crm_cli *cli,
    const char *const *files, size_t n);
/* Reads lines from elsewhere instead. */
void crm_input_lines(struct crm_input *in, struct crm_cli *cli,
    struct crm_lines lines);
/* The next line that is not blank, in in->text: no BOM at a file's beginning,
 * no CR before the LF, no _end line. False at the end or after a failure,
 * which was reported and set the exit code. Lines over --max-line and lines
 * with a NUL are rejected here. Buffered output is written before the read
 * would wait. */
bool crm_input_next(struct crm_input *in, struct crm_str *line);
/* INVALID for a line that holds a NUL. */
enum crm_status crm_input_sound(struct crm_str line, struct crm_err *err)
    CRM_MUST;
/* True when the next line is not there yet and does not come within ms
 * milliseconds: time to commit a batch and echo it. */
bool crm_input_waits(struct crm_input *in, int ms);
/* Rejects the current line: says why, with its source and line (those of its
 * _src where it has one), keeps it verbatim in --reject FILE, counts it, exit
 * 3. False when --max-rejects is reached: stop reading. */
bool crm_input_reject(struct crm_input *in, struct crm_err *err);
void crm_input_release(struct crm_input *in);

/* Rejects a line that did not come through an input (a CSV row, a record found
 * wrong after its batch): err holds source and line; text may be empty. */
bool crm_cli_reject(struct crm_cli *cli, const struct crm_err *err,
    struct crm_str text);
/* The first line of --reject's file, once, before the first reject: a CSV
 * header. */
void crm_cli_reject_header(struct crm_cli *cli, struct crm_str header);
/* Fills err->source and err->line from the record's _src:{file,line}, where
 * it has one. */
void crm_src_of(struct crm_str record, struct crm_err *err);

#endif
