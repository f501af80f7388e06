/* Mapping profiles (crm-profile(5)): how the columns of another system's file
 * and the fields of our records correspond. Profiles are data files; this is
 * what a loaded one looks like, and how a header picks one. */
#ifndef CRM_PROFILE_H
#define CRM_PROFILE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/zone.h"
#include "model/schema.h"

enum crm_conv {		/* what a column's text means */
	CRM_CV_TEXT, CRM_CV_EMAIL, CRM_CV_PHONE, CRM_CV_NUMBER, CRM_CV_MONEY,
	CRM_CV_DATE, CRM_CV_TIME, CRM_CV_BIRTHDAY, CRM_CV_BOOL, CRM_CV_ENUM,
	CRM_CV_LIST,	/* split at `arg` */
	CRM_CV_REF,	/* id in the other system: ext.SYSTEM:id */
	CRM_CV_REFS,	/* several, split at ';' */
	CRM_CV_REFNAME,	/* only its name: name?:NAME */
	CRM_CV_KEY,	/* our reference by a key: `arg`:value (email:, domain:) */
	CRM_CV_EXT,	/* the record's own id there; `arg` is stripped */
	CRM_CV_DURATION,	/* in `arg` (ms, s, min, h, hms) */
	CRM_CV_EPOCH,	/* Unix time in `arg` (s, ms, us) */
	CRM_CV_COUNTRY, CRM_CV_LANGUAGE, CRM_CV_DOMAIN, CRM_CV_CURRENCY,
	CRM_CV_JSON,	/* JSON text where it is some, else text */
	CRM_CV_AUTO	/* by the field's kind in the schema */
};

enum {			/* flags of a column */
	CRM_COL_READONLY = 1 << 0,	/* not written for records from elsewhere */
	CRM_COL_LABEL = 1 << 1,	/* label of the list element of its group */
	CRM_COL_FOLD = 1 << 2,	/* 15-character ids get their suffix */
	CRM_COL_ALPHA = 1 << 3	/* numbers in front of which zeros say nothing */
};

struct crm_pair {
	struct crm_str theirs, ours;
};

struct crm_enum {
	struct crm_str name;
	struct crm_pair *pair;
	size_t n;
};

struct crm_column {
	struct crm_str *names;	/* alternatives as written; folded for comparing */
	struct crm_str *folded;
	size_t nnames;
	struct crm_str path;	/* "emails[]" has list set and no [] */
	struct crm_str top, sub;	/* "address", "street" */
	/* a reference into one of several fields, "deal|account": the n-th
	 * where the cell begins with the n-th of `when`, or where the column
	 * `by` says that word; 0: one path only */
	struct crm_str *alts, *when;
	size_t nalts;
	struct crm_str by;
	struct crm_str with;	/* column that goes on: a time behind a date */
	struct crm_str zone;	/* column that names the zone of that time */
	bool list;
	enum crm_conv conv;
	struct crm_str arg;
	struct crm_str label;	/* of the element in a list */
	int part;		/* line of a text in several columns, from 1 */
	unsigned flags;
	const struct crm_enum *values;
};

struct crm_rowtype {	/* rows that are of another type than their file */
	struct crm_str by;	/* the column that says so, folded */
	struct crm_str words;	/* "1/3", or "*" for anything */
	struct crm_str type;
};

struct crm_object {	/* one kind of file of a system */
	struct crm_str name;	/* "contacts" */
	struct crm_str type;	/* ours */
	struct crm_str *all, *none;	/* sniffing: folded headers */
	size_t nall, nnone;
	struct crm_str *sure;	/* each of them alone is proof */
	size_t nsure;
	struct crm_column *columns;
	size_t ncolumns;
	struct crm_rowtype *types;
	size_t ntypes;
	struct crm_pair *set;	/* constant fields: path, JSON text */
	size_t nset;
	const struct crm_profile *profile;
};

struct crm_profile {
	struct crm_str name, title, system, format;	/* csv, json */
	struct crm_str records;	/* json: path of the array, "" lines or array */
	struct crm_str dates;	/* orders in turn, "ymd,mdy" */
	struct crm_str zone;	/* of times without one */
	char delimiter, quoting;	/* dialect for records from elsewhere */
	bool crlf, bom, fold_ids;
	struct crm_str encoding;
	struct crm_object *objects;
	size_t nobjects;
	struct crm_enum *enums;
	size_t nenums;
	struct crm_arena mem;
};

/* What the user said about a file, beside its profile. */
struct crm_profile_opts {
	struct crm_str dates;	/* "dmy"; "" as the profile says */
	char decimal;		/* '.' or ','; 0: '.' */
	const struct crm_zone *zone;	/* of times without one; NULL: profile's */
	struct crm_str zone_name;
	struct crm_str currency;	/* where the file names none */
	struct crm_str region;
	bool clear;		/* a blank cell clears its field */
	bool spreadsheet;	/* undo --spreadsheet's apostrophes */
	bool serial;		/* dates may be a workbook's day numbers */
};

/* From the text of a profile file. INVALID names the wrong member
 * ("profile.syntax"). */
enum crm_status crm_profile_load(struct crm_str text,
    struct crm_profile **out, struct crm_err *err) CRM_MUST;
void crm_profile_free(struct crm_profile *p);

/* A header or name as compared: ASCII lower case, runs of blanks as one, none
 * at the ends, non-breaking blanks as blanks. */
void crm_header_fold(struct crm_buf *b, struct crm_str s);
/* Does this header belong to the object's files? headers are folded. */
bool crm_object_fits(const struct crm_object *o, const struct crm_str *headers,
    size_t n);
/* Is one among them that only this object's files have? */
bool crm_object_sure(const struct crm_object *o, const struct crm_str *headers,
    size_t n);
/* The column that a header (folded) names, the occurrence-th of several alike
 * (from 0), and the number that {n} stands for; NULL for none. */
const struct crm_column *crm_object_column(const struct crm_object *o,
    struct crm_str folded, size_t occurrence, unsigned *group);

#endif
