/* A mapper turns the rows of one table (CSV, or JSON objects flattened to
 * cells) into record lines and back. What a row holds beyond the fields of a
 * record goes into raw.SYSTEM: columns without a field under their names, and
 * "@", from which an export rebuilds the row byte for byte:
 *
 *	"@":"1f3a9c20"			the layout's id; nothing else to say
 *	"@":["1f3a9c20",{"keep":{"3":"01/05/2026"},"q":[2],"e":"","b":"\n",
 *	    "a":"\n","layout":{...}}]
 *
 * keep: cells that the fields would not give back; q: cells quoted against
 * their column's habit; e: another line end; b, a: blank lines before and
 * behind; w: cells of a drawn table that are padded otherwise. The layout (header, dialect, habits) is carried by the rows 1, 2, 4,
 * 8 ... and each 512th, so that a store holds it about once. */
#ifndef CRM_MAPPER_H
#define CRM_MAPPER_H

#include "base/map.h"
#include "format/csv.h"
#include "format/json.h"
#include "model/convert.h"
#include "model/seen.h"

struct crm_binding {	/* of one column of the file */
	const struct crm_column *col;	/* NULL: goes into raw */
	const struct crm_field *field;	/* NULL: not in the schema */
	unsigned group;
	size_t order;		/* of the column in its profile */
	struct crm_str raw;	/* its key there */
	size_t slot;
	size_t by, with, zone;	/* number of that column, from 1; 0: none */
	char quoting;		/* 'm' minimal, 'a' all, 'f' filled */
	struct crm_str style;
	struct crm_str pad;	/* in a drawn table (format/frame.h) */
};

struct crm_slot {	/* one field of ours and the columns it comes from */
	struct crm_str top, sub;
	struct crm_str json_key;	/* last part, escaped */
	const struct crm_field *field;
	bool list;
	size_t *cols, ncols;
	uint64_t rank;		/* canonical order */
	struct crm_str constant;	/* JSON; from the profile's "set" */
};

struct crm_layout {	/* of one source */
	struct crm_str id;	/* 8 hex digits of its text's hash */
	struct crm_str text;	/* its JSON */
	struct crm_str *headers;
	struct crm_binding *bind;
	size_t n;
	char delimiter;
	struct crm_str end;	/* line end */
	struct crm_str before;	/* blank lines before the header */
	struct crm_str quoted;	/* of each header: '0', '1'; "": minimal */
	bool bom;
	struct crm_str frame;	/* the header's line in a drawn table */
	struct crm_str encoding;
	const struct crm_object *object;
	struct crm_slot *slots;
	size_t nslots;
	size_t *types;		/* columns of the object's types, as `by` */
};

struct crm_cell {
	size_t from, n;	/* in the mapper's text */
	bool some;
};

struct crm_mapper {
	struct crm_convert conv;
	struct crm_str system;	/* name under raw */
	const struct crm_type *type;
	struct crm_str row_type;	/* of the row at hand, where it is another */
	struct crm_layout layout;
	bool have_layout, plain;
	bool kinds;	/* a plain table's "type" is no type of record */
	bool comma, dated;	/* the sample showed the decimal mark, the order of
				 * dates */
	struct crm_arena mem;
	uint64_t rows;
	/* The record that a plain id names (crm-export with a store); may be
	 * NULL. */
	bool (*resolve)(void *ctx, struct crm_str id, struct crm_str path,
	    struct crm_buf *text);
	void *ctx;
	/* scratch */
	struct crm_buf text, tmp, vals, raw, line, labels, one, array, val_tmp;
	struct crm_buf joined;
	struct crm_cell *cells;
	size_t ncells;
	struct crm_cell *val;
	struct crm_json_obj obj;
	struct crm_str *expect;	/* the keys of the last line, in keys */
	size_t nexpect, capexpect;
	struct crm_buf keys;
	struct crm_err why;	/* what a column says no to */
	size_t hint;		/* the member of obj found last */
	struct crm_map raw_keys;	/* key in raw -> column */
	struct crm_map unknown;	/* header -> cells whose word we have not */
	struct crm_seen seen;	/* rows without an id */
};

struct crm_dialect {	/* what a source's bytes were like */
	char delimiter;
	struct crm_str end, before, encoding;
	bool bom, framed;
};

void crm_mapper_release(struct crm_mapper *m);
/* Binds the header and learns the habits of up to `n` sample rows. object is
 * NULL for a plain table. */
void crm_mapper_learn(struct crm_mapper *m, const struct crm_object *object,
    const struct crm_csv_row *header, const struct crm_dialect *dialect,
    const struct crm_csv_row *sample, size_t n);
/* The same from a layout's JSON (export). INVALID for what is none. */
enum crm_status crm_mapper_layout(struct crm_mapper *m,
    const struct crm_profile *profile, struct crm_str json,
    struct crm_err *err) CRM_MUST;
/* A layout for records from elsewhere: the object's columns in order, without
 * the read-only ones; and with them (JSON). */
void crm_mapper_standard(struct crm_mapper *m,
    const struct crm_object *object);
void crm_mapper_all(struct crm_mapper *m, const struct crm_object *object);

/* Appends one row as a record line without its end. after: blank lines behind
 * the last row. src_file and line become _src. INVALID names the column. */
enum crm_status crm_mapper_read(struct crm_mapper *m,
    const struct crm_csv_row *row, struct crm_str after,
    struct crm_str src_file, struct crm_buf *out, struct crm_err *err)
    CRM_MUST;
/* Appends the header, and a record as a row, each with its line end. */
void crm_mapper_header(struct crm_mapper *m, struct crm_buf *out);
enum crm_status crm_mapper_write(struct crm_mapper *m, struct crm_str line,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* The id and the text (empty where it is not carried) of a record's layout
 * under raw.SYSTEM; false without one. */
bool crm_mapper_find(struct crm_str line, struct crm_str system,
    struct crm_str *id, struct crm_str *layout);

/* For the mapper's own files: cells of a row into m->cells and m->text; the
 * JSON of a slot's value from m->cells appended to out (NOTFOUND: none). */
void crm_mapper_take(struct crm_mapper *m, const struct crm_csv_row *row);
enum crm_status crm_mapper_slot(struct crm_mapper *m,
    const struct crm_slot *s, char currency[4], struct crm_buf *out,
    struct crm_err *err);
void crm_mapper_bind(struct crm_mapper *m, const struct crm_object *object,
    const struct crm_str *headers, size_t n);
/* Rebuilds the cells of the record in m->obj into m->cells and m->text. */
void crm_mapper_rebuild(struct crm_mapper *m);
void crm_mapper_put(struct crm_mapper *m, size_t i, struct crm_str text);
/* The fields that one column may feed and the columns that say one thing: does
 * the column belong to the slot? */
bool crm_mapper_feeds(const struct crm_column *c, const struct crm_slot *s);
/* What the cell of a column says about the slot: empty where it speaks of
 * another, and with the column behind it that goes on. Valid until the next
 * call. */
struct crm_str crm_mapper_said(struct crm_mapper *m, const struct crm_slot *s,
    size_t col);
/* Tables drawn with bars: how their columns are padded; the layout's members
 * for that, out and in; what of a row is padded otherwise; the row again. */
void crm_mapper_frame_learn(struct crm_mapper *m, struct crm_str header,
    const struct crm_csv_row *rows, size_t n);
void crm_mapper_frame_text(const struct crm_mapper *m, struct crm_buf *b);
void crm_mapper_frame_read(struct crm_mapper *m, struct crm_str list);
void crm_mapper_frame_except(const struct crm_mapper *m, struct crm_str line,
    struct crm_buf *b);
void crm_mapper_frame_row(struct crm_mapper *m, struct crm_str exceptions,
    struct crm_buf *out);
/* Looks up by their headers the columns that another one needs. */
void crm_mapper_pair(struct crm_mapper *m, const struct crm_object *object);
/* The type that the row in m->cells says it has; empty: its file's. */
struct crm_str crm_mapper_type(const struct crm_mapper *m);
/* May records of this type stand in the file? */
bool crm_mapper_holds(const struct crm_mapper *m, struct crm_str type);
/* Counts a cell of an enumeration whose word is none of ours. */
void crm_mapper_doubt(struct crm_mapper *m, const struct crm_slot *s);

static inline struct crm_str
crm_mapper_cell(const struct crm_mapper *m, size_t i)
{
	struct crm_str none = { "", 0 };
	return m->cells[i].n ? (struct crm_str){ m->text.p + m->cells[i].from,
	    m->cells[i].n } : none;
}

#endif
