/* Records. A record is its canonical line (key order: id, type, then schema
 * order, then others as given, then created, updated; no white space; `rev` is
 * not in the line and spliced in behind `type` on output) plus a shape (the
 * ordered list of its top-level keys) and the offset of each value, so that a
 * field is found without parsing. Rows of a store and lines of a stream are
 * the same struct: everything above works on both. */
#ifndef CRM_RECORD_H
#define CRM_RECORD_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "format/json.h"
#include "model/schema.h"

/* An ordered list of canonical (still escaped) keys. Interned: equal lists are
 * the same pointer, so a field's slot is looked up once per shape. */
struct crm_shape {
	uint32_t no;		/* index in its table, from 0 */
	uint32_t n;
	const struct crm_str *keys;
};

struct crm_shapes {		/* zeroed is a valid empty table */
	struct crm_map map;	/* keys, each followed by NUL -> pointer */
	struct crm_arena mem;
	const struct crm_shape **all;
	size_t n, cap;
};
const struct crm_shape *crm_shape_intern(struct crm_shapes *t,
    const struct crm_str *keys, size_t n);
void crm_shapes_release(struct crm_shapes *t);

enum crm_state { CRM_LIVE, CRM_DEAD, CRM_MERGED, CRM_ERASED };

struct crm_rec {		/* borrowed view */
	const struct crm_shape *shape;
	const struct crm_type *type;	/* NULL: a line without a known type */
	struct crm_str line;	/* canonical, without rev */
	const uint8_t *off;	/* nslots offsets, little endian, unaligned … */
	bool wide;		/* … of 4 bytes instead of 2 */
	uint8_t state;		/* enum crm_state */
	uint64_t rev;		/* 0: none (a line of a stream may lack one) */
	uint64_t no;		/* number in the store, 0 for lines */
	uint64_t into;		/* MERGED: survivor's number */
};

static inline size_t
crm_rec_off(const struct crm_rec *r, size_t slot)
{
	if (r->wide) {
		uint32_t o;
		memcpy(&o, r->off + 4 * slot, 4);
		return o;
	}
	uint16_t o;
	memcpy(&o, r->off + 2 * slot, 2);
	return o;
}

/* Raw JSON text of the value in a slot: from its offset to the byte before
 * `,"nextkey":` or the closing brace. */
static inline struct crm_str
crm_rec_val(const struct crm_rec *r, size_t slot)
{
	size_t from = crm_rec_off(r, slot);
	size_t to = slot + 1 < r->shape->n ?
	    crm_rec_off(r, slot + 1) - r->shape->keys[slot + 1].n - 4 :
	    r->line.n - 1;
	return (struct crm_str){ r->line.p + from, to - from };
}

/* Slot of a plain top-level key, or -1. */
int crm_shape_slot(const struct crm_shape *s, struct crm_str key);
/* Which field of a type stands in each slot (NULL: not of the schema): looked up
 * once per shape and kept. Zeroed is valid. */
struct crm_fieldmap {
	struct crm_fieldmap_ent {
		const struct crm_shape *shape;
		const struct crm_type *type;
		const struct crm_field **field;
	} *e;
	size_t n, cap;	/* cap is a power of two */
};
const struct crm_field *const *crm_fieldmap_get(struct crm_fieldmap *m,
    const struct crm_shape *s, const struct crm_type *t);
void crm_fieldmap_release(struct crm_fieldmap *m);
/* Raw value by dotted path; false where absent. */
bool crm_rec_get(const struct crm_rec *r, struct crm_str path,
    struct crm_str *val);
/* id as plain text (ids never need escapes); "" where absent. */
struct crm_str crm_rec_id(const struct crm_rec *r);

/* An owned record made from a line. Reused from line to line. */
struct crm_record {
	struct crm_rec rec;	/* borrows from the buffers below */
	struct crm_buf line;
	struct crm_buf offs;
	struct crm_buf tool;	/* the line's `_` members as one JSON object, "" without */
	uint64_t rev_in;	/* `rev` of the input line, 0 without */
	bool nulls;		/* some value is or holds null */
};
void crm_record_release(struct crm_record *r);

struct crm_reader {
	const struct crm_schema *schema;
	const struct crm_type *type;	/* for lines without `type`; may be NULL */
	struct crm_shapes *shapes;
	struct crm_json_limits lim;
	bool check;	/* check values against the schema (sinks, crm-check) */
	bool keep_tool;	/* leave `_` members in the line, at its end (filters) */
	bool any;	/* no type at all is fine (filters without -t) */
	bool peek;	/* crm_record_peek is used; goes without check, with keep_tool */
	/* private scratch, zeroed at first */
	struct crm_json_obj obj;
	struct crm_buf tmp, val;
	struct crm_layouts *layouts;
};
void crm_reader_release(struct crm_reader *r);

/* Reads one line into out. With check, a scalar for a list field becomes a list
 * of one, a list field may be named in the singular ("email"), and a number for
 * a money field becomes a string of the same digits. INVALID for bad JSON, an unknown type, a null where
 * not allowed (nulls are kept: the patching code wants them; crm_record_strip
 * removes them), or, with check, a value its field refuses: "schema.kind",
 * "schema.enum", "schema.format" …, the field named in err. */
enum crm_status crm_record_read(struct crm_reader *rd, struct crm_str line,
    struct crm_record *out, struct crm_err *err) CRM_MUST;
/* The same for a record that is looked at first and mostly not wanted: where
 * the line allows it, out->rec is the line itself, borrowed, with its members
 * in the order given and `rev` among them (*settled false), good for
 * crm_query_match alone. crm_record_settle, before another line is read, makes
 * it what crm_record_read makes. */
enum crm_status crm_record_peek(struct crm_reader *rd, struct crm_str line,
    struct crm_record *out, bool *settled, struct crm_err *err) CRM_MUST;
enum crm_status crm_record_settle(struct crm_reader *rd,
    struct crm_record *out, struct crm_err *err) CRM_MUST;
/* Drops nulls, at any depth of objects (absent is never null in a stored
 * record); does nothing where r->nulls is not set. */
enum crm_status crm_record_strip(struct crm_reader *rd, struct crm_record *r,
    struct crm_err *err) CRM_MUST;
/* Checks what only a whole record can show: required fields. */
enum crm_status crm_record_check(const struct crm_reader *rd,
    const struct crm_record *r, struct crm_err *err) CRM_MUST;
/* Is a raw value right for the field? The rule of crm_record_read. */
enum crm_status crm_field_check(const struct crm_field *f, struct crm_str val,
    struct crm_err *err) CRM_MUST;
/* Will any string do for the field, as it stands: free text, names, codes? */
bool crm_field_is_free(const struct crm_field *f);
/* True for 1..128 bytes of [A-Za-z0-9._:-] that begin with a letter or digit. */
bool crm_id_valid(struct crm_str id);

/* Builds a record from another with some top-level members replaced: values
 * are raw canonical JSON, an empty value removes the member, key order is made
 * canonical. The workhorse of edit, patch, stage-keeping, merge. */
struct crm_change_set {
	struct crm_map set;	/* top-level key -> index + 1 into val */
	struct crm_str *val;
	size_t nval, capval;
	struct crm_arena mem;
};
void crm_change_put(struct crm_change_set *c, struct crm_str key,
    struct crm_str raw);
void crm_change_clear(struct crm_change_set *c);
void crm_change_release(struct crm_change_set *c);
enum crm_status crm_record_apply(struct crm_reader *rd,
    const struct crm_rec *old, const struct crm_change_set *c,
    struct crm_record *out, struct crm_err *err) CRM_MUST;

/* Equal but for `updated`, which is the tool's. */
bool crm_rec_same(const struct crm_rec *a, const struct crm_rec *b);
/* What two images differ in, member by member, objects entered (dotted path of
 * raw keys), lists whole; a or b NULL or a value empty: absent. Order: that of
 * a, then what only b has. */
typedef void crm_diff_fn(void *ctx, struct crm_str path, struct crm_str before,
    struct crm_str after);
void crm_rec_diff(const struct crm_rec *a, const struct crm_rec *b,
    crm_diff_fn *fn, void *ctx);

/* Appends the record as output line: rev spliced in behind type (none for 0),
 * without LF. */
void crm_rec_print(const struct crm_rec *r, struct crm_buf *out);

/* Keys of records that became part of this one and for which its field has no
 * room: the list raw.merged_FIELD. They name the record as its own do. */
bool crm_rec_merged(const struct crm_rec *r, const struct crm_field *f,
    struct crm_str *list);
/* May there be such? A single value by which records are named. */
static inline bool
crm_field_merges(const struct crm_field *f)
{
	return f->flags & (CRM_F_UNIQUE | CRM_F_KEY) && f->parent < 0 &&
	    f->kind != CRM_K_NAME && f->kind != CRM_K_MAP &&
	    !crm_field_is_id(f);
}

/* Keys of a record for the store, the same definition for indexes, uniqueness,
 * upsert, references and dedupe. */
enum crm_key_what {
	CRM_KEY_UNIQUE,	/* constraint: id, ext, schema's unique */
	CRM_KEY_LOOKUP,	/* a key that may repeat: e-mail, phone, domain, name */
	CRM_KEY_TERM,	/* posting list of an indexed field */
	CRM_KEY_REF,	/* raw id of the record pointed to */
	CRM_KEY_WORD	/* full text, weight beside it */
};
struct crm_keyent {
	uint32_t index;		/* field's index number; words: 0 */
	uint8_t what, weight;
	const struct crm_field *field;
	struct crm_str term;	/* in `mem` of the set */
	bool made;		/* a store's own, see crm_keymaker */
	uint64_t hash;
};
struct crm_keyset {
	struct crm_keyent *k;
	size_t n, cap;
	struct crm_buf mem;	/* terms; views are fixed up after filling */
	struct crm_buf tmp, tmp2;
	struct crm_fieldmap map;
	/* Slots that may have keys of the last record's shape, and those whose
	 * values depend on its country. */
	const struct crm_shape *shape;
	const struct crm_type *type;
	unsigned what;
	uint32_t *slot;
	size_t nslot, nlocal, capslot;
};
/* Fills the set with the keys of the kinds in `what` (1 << CRM_KEY_…).
 * `region` is the country for phones without a prefix where the record has
 * none ("" none). Deterministic order: schema order, then list order. */
void crm_record_keys(const struct crm_rec *r, unsigned what,
    struct crm_str region, struct crm_keyset *out);
void crm_keyset_release(struct crm_keyset *k);
/* The key form of one plain value of a field, as crm_record_keys makes it:
 * E-mail, E.164, domain, folded name, code; dates to the day, decimals to 4
 * bytes, enumerations as they are. False where the value has none. */
bool crm_field_key(const struct crm_field *f, struct crm_str value,
    struct crm_str region, struct crm_buf *out);

#endif
