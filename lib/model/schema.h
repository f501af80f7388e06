/* Schemas: what types of records there are and what their fields mean. They
 * come from JSON Schema files (2020-12 subset with x-crm-* annotations, see
 * crm-schema(5)), are compiled into one flat blob, and a store keeps that blob
 * in its meta table: opening a store reads no JSON. The blob of the shipped
 * schemas is compiled into the library. */
#ifndef CRM_SCHEMA_H
#define CRM_SCHEMA_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

enum crm_kind {		/* what a value means; the numbers are stored */
	CRM_K_ANY = 0,	/* untyped: compares as number where both sides are */
	CRM_K_TEXT,	/* free text: every word of the value occurs */
	CRM_K_NAME,	/* a name of a person, company or thing: as text */
	CRM_K_CODE,	/* compared whole, folded: skus, numbers, hashes */
	CRM_K_ENUM,
	CRM_K_BOOL,
	CRM_K_INT,
	CRM_K_NUMBER,
	CRM_K_MONEY,	/* decimal string; its currency beside it. A number on
			 * input becomes a string of the same digits. */
	CRM_K_CURRENCY,
	CRM_K_DATE,
	CRM_K_BIRTHDAY,	/* YYYY-MM-DD or --MM-DD */
	CRM_K_TIME,	/* RFC 3339, or a date that means its whole day (UTC) */
	CRM_K_DURATION,	/* minutes as a number, or "90min" */
	CRM_K_EMAIL,
	CRM_K_PHONE,
	CRM_K_URL,
	CRM_K_DOMAIN,
	CRM_K_COUNTRY,	/* ISO 3166-1 alpha-2 */
	CRM_K_LANGUAGE,	/* BCP 47 */
	CRM_K_ZONE,	/* IANA name */
	CRM_K_TAX,
	CRM_K_REF,	/* id of another record */
	CRM_K_OBJECT,	/* named leaves: address */
	CRM_K_MAP,	/* free keys: labels, ext, raw */
	CRM_K_QUERY	/* text of a query */
};

enum {			/* flags of a field */
	CRM_F_LIST = 1 << 0,	/* an array of such values */
	CRM_F_REQUIRED = 1 << 1,
	CRM_F_UNIQUE = 1 << 2,	/* a constraint: id, ext, or by a store's wish */
	CRM_F_KEY = 1 << 3,	/* records can be named by it */
	CRM_F_INDEX = 1 << 4,	/* has a posting list */
	CRM_F_FULLTEXT = 1 << 5,	/* its words are found by bare words */
	CRM_F_PERSONAL = 1 << 6,	/* goes at erasure, masked by --redact */
	CRM_F_TOOL = 1 << 7,	/* kept by the tools: id, created, updated … */
	CRM_F_COMPUTED = 1 << 8,	/* not stored: is, idle, stage_age … */
	CRM_F_INLIST = 1 << 9,	/* a leaf inside an array of objects: items.product */
	CRM_F_APPEND = 1 << 10,	/* only grows: consent ledger, stages */
	CRM_F_STAGE = 1 << 11,	/* its values are the stages' names */
	CRM_F_PART = 1 << 12	/* who holds it is part of what it points to: goes
				 * with it at erasure */
};

struct crm_field {
	struct crm_str name;	/* dotted path: "name", "address.country" */
	struct crm_str leaf;	/* last part */
	struct crm_str label;	/* for people, English; "" none */
	uint16_t kind;		/* enum crm_kind */
	uint16_t no;		/* stable number within the type, from 1 */
	uint32_t flags;
	int32_t parent;		/* index of the object field it lies in, or -1 */
	uint32_t index;		/* number of its index: type << 16 | no */
	uint8_t text_weight;	/* 3 name, 2 subject or title, 1 other, 0 none */
	uint8_t match;		/* enum crm_match_as: for dedupe */
	uint16_t nvalues, nrefs;
	const struct crm_str *values;	/* enumeration */
	const uint16_t *refs;	/* numbers of types a REF may point to; none: any */
};

enum crm_match_as {	/* x-crm-match, the kinds of crm-dedupe --rules */
	CRM_M_NONE, CRM_M_GIVEN_NAME, CRM_M_FAMILY_NAME, CRM_M_NAME,
	CRM_M_ORGANISATION, CRM_M_EMAIL, CRM_M_PHONE, CRM_M_DATE, CRM_M_CODE,
	CRM_M_STREET, CRM_M_POSTCODE, CRM_M_CITY, CRM_M_COUNTRY, CRM_M_TEXT
};

struct crm_type {
	struct crm_str name, plural;
	uint16_t no;		/* 1.. in the order of references; own types from 256 */
	const struct crm_field *fields;	/* in schema order, tool fields first (id, type, rev) and last (created, updated) */
	size_t nfields;
};

enum crm_stage_kind { CRM_STAGE_OPEN, CRM_STAGE_WON, CRM_STAGE_LOST };

struct crm_stage {
	struct crm_str name, category;
	int order, probability, rot_days;	/* rot_days 0: never */
	enum crm_stage_kind kind;
	const struct crm_str *require, *next;
	uint16_t nrequire, nnext;
};

struct crm_schema {
	struct crm_type *types;	/* by number */
	size_t ntypes;
	struct crm_stage *stages;
	size_t nstages;
	struct crm_str *keys;	/* leaves of the fields records can be named by, each once */
	size_t nkeys, keys_cap;
	struct crm_arena mem;
	struct crm_str blob;	/* what it was loaded from */
};

/* The shipped schemas. Lives as long as the process; never freed. */
const struct crm_schema *crm_schema_default(void);

/* The blob it is loaded from: most stores keep just that one. */
struct crm_str crm_schema_default_blob(void);

/* From a compiled blob (copied). CORRUPT, or VERSION for a newer format. */
enum crm_status crm_schema_load(struct crm_str blob, struct crm_schema **out,
    struct crm_err *err) CRM_MUST;
/* The same without the copy: the blob has to outlive the schema. */
enum crm_status crm_schema_borrow(struct crm_str blob,
    struct crm_schema **out, struct crm_err *err) CRM_MUST;
/* Compiles JSON Schema texts (one type a text; a text with "stages" replaces
 * the stages) over a base (may be NULL): known fields keep their numbers, new
 * types and fields are added. INVALID names the file (crm_err source) and the
 * wrong keyword. blob is what crm_schema_load reads. */
struct crm_schema_text {
	struct crm_str name;	/* file name for messages */
	struct crm_str text;
};
enum crm_status crm_schema_compile(const struct crm_schema *base,
    const struct crm_schema_text *texts, size_t n, struct crm_buf *blob,
    struct crm_err *err) CRM_MUST;
void crm_schema_free(struct crm_schema *s);
/* Looks a schema file over before it is compiled: INVALID "schema.file" for an
 * x-crm keyword that is none of ours; unread gets a line "FIELD<tab>KEYWORD"
 * for each JSON Schema keyword or format that nothing here checks. A text that
 * is no JSON passes: compiling it names the place. */
enum crm_status crm_schema_words(const struct crm_schema_text *text,
    struct crm_buf *unread, struct crm_err *err) CRM_MUST;

/* By name or plural; NULL. */
const struct crm_type *crm_schema_type(const struct crm_schema *s,
    struct crm_str name);
const struct crm_type *crm_schema_type_no(const struct crm_schema *s,
    unsigned no);
/* The record's own id, which is exact as references are: no case is ignored.
 * NULL is none. */
static inline bool
crm_field_is_id(const struct crm_field *f)
{
	unsigned own = CRM_F_TOOL | CRM_F_UNIQUE;
	return f && (f->flags & own) == own;
}
/* By dotted path, singular of a list ("email"), or nested leaf alone where it
 * is unambiguous ("country"); a top-level field wins. NULL. */
const struct crm_field *crm_type_field(const struct crm_type *t,
    struct crm_str name);
/* The nearest field, type or stage name, for "did you mean"; "" where none is near. */
struct crm_str crm_type_nearest(const struct crm_type *t, struct crm_str name);
struct crm_str crm_schema_nearest_type(const struct crm_schema *s,
    struct crm_str name);
struct crm_str crm_schema_nearest_stage(const struct crm_schema *s,
    struct crm_str name);
const struct crm_stage *crm_schema_stage(const struct crm_schema *s,
    struct crm_str name);
/* Position of a field in t->fields. */
static inline size_t
crm_field_pos(const struct crm_type *t, const struct crm_field *f)
{
	return (size_t)(f - t->fields);
}
/* Can `name` be a field of any type that records are named by? False is sure
 * and cheap to have, for texts that merely hold a colon; true is not. */
bool crm_schema_may_key(const struct crm_schema *s, struct crm_str name);
const char *crm_kind_name(unsigned kind);
/* JSON text that describes a type (fields, keys, enumerations) for
 * `crm schema TYPE`, one object a line. */
void crm_type_describe(const struct crm_schema *s, const struct crm_type *t,
    struct crm_buf *out);

#endif
