/* A foreign file to record lines, in pieces: encoding, separator, profile and
 * mapping. Pure: what comes out goes through the caller's functions. */
#ifndef CRM_IMPORT_H
#define CRM_IMPORT_H

#include "model/mapper.h"
#include "model/profiles.h"

struct crm_import_sink {
	void *ctx;
	/* One record, canonical JSON without a line end; false: stop. */
	bool (*record)(void *ctx, struct crm_str line);
	/* A row that is wrong: why (source, line, field filled) and its
	 * verbatim bytes in the file's own encoding; false: stop. */
	bool (*reject)(void *ctx, const struct crm_err *err,
	    struct crm_str bytes);
	/* The bytes to stand at the head of a file of rejects. */
	void (*head)(void *ctx, struct crm_str bytes);
	/* What was found out about the file, for the user. */
	void (*note)(void *ctx, const char *text);
};

struct crm_import_opts {
	const struct crm_schema *schema;
	const struct crm_profiles *profiles;
	const struct crm_profile *profile;	/* -p; NULL: sniff */
	const struct crm_object *object;	/* -p hubspot-deals; NULL: sniff */
	const struct crm_object *usual;	/* the usual headers of a plain table */
	const struct crm_type *type;	/* -t */
	const char *encoding;		/* NULL: find out */
	char delimiter;			/* 0: sniff */
	bool plain;			/* -p csv: no profile */
	const char *form;		/* "vcard" …: NULL: find out */
	struct crm_profile_opts cells;
};

struct crm_import;
struct crm_import *crm_import_new(const struct crm_import_opts *o,
    const struct crm_import_sink *sink) CRM_MUST;
/* A file from its beginning on (its name for _src and messages; serial: it
 * comes out of a workbook, dates are day numbers), its bytes, its end. An error ends the file, not the run: INVALID for its encoding,
 * USAGE for what an option has to say, CORRUPT for one that cannot be read on.
 * stopped: the sink wants no more. */
void crm_import_begin(struct crm_import *im, const char *file, bool serial);
enum crm_status crm_import_push(struct crm_import *im, const void *p,
    size_t n, struct crm_err *err) CRM_MUST;
enum crm_status crm_import_end(struct crm_import *im, struct crm_err *err)
    CRM_MUST;
bool crm_import_stopped(const struct crm_import *im);
void crm_import_free(struct crm_import *im);

/* The type that a plain header speaks of by its columns; NULL: none, or
 * several. */
const struct crm_type *crm_import_guess(const struct crm_schema *schema,
    const struct crm_object *usual, const struct crm_str *headers, size_t n);

/* For import's own files: a reader of one form of file. */
struct crm_form {
	const char *name;
	enum crm_status (*push)(struct crm_import *im, struct crm_str text,
	    bool last, struct crm_err *err);
	void (*release)(struct crm_import *im);
};
enum { CRM_IMPORT_FOOT = 16 };
struct crm_import {
	struct crm_import_opts o;
	struct crm_import_sink sink;
	struct crm_str file;
	struct crm_buf file_name;
	struct crm_decoder *decoder;
	struct crm_buf text;	/* decoded, not handed on yet */
	const struct crm_form *form;
	bool stopped, started, sniffed;
	bool bytes_as_they_are;	/* mail brings its own encodings */
	uint64_t lines;		/* handed on */
	struct crm_buf line, bytes;
	/* the form's own */
	struct crm_csv_reader *csv;
	struct crm_mapper *mapper;
	struct crm_csv_row held;	/* waits for what follows it */
	struct crm_arena held_mem;
	bool have_held;
	struct crm_buf foot;	/* lines below a system's table, so far */
	struct crm_csv_row foot_row[CRM_IMPORT_FOOT];
	size_t foot_n;
	struct crm_arena mem;
	struct crm_seen seen;	/* cards, mails without an id */
	void *state;
};
extern const struct crm_form crm_form_csv, crm_form_vcard, crm_form_ics,
	crm_form_mail, crm_form_json, crm_form_ubl, crm_form_post;
/* Does the text begin with the body of a form's post? */
bool crm_import_is_post(struct crm_str text);
/* One post: names and values as a row of a plain table. *m is kept for posts
 * with the same names; text is what a reject file gets. At most 256 fields. */
void crm_import_post(struct crm_import *im, struct crm_mapper **m,
    const struct crm_csv_row *header, struct crm_csv_row *row,
    struct crm_str text);
/* Rejects text with why, in the file's encoding. */
void crm_import_reject(struct crm_import *im, struct crm_err *why,
    struct crm_str text);
void crm_import_note(struct crm_import *im, const char *fmt, ...)
    CRM_PRINTF(2, 3);

#endif
