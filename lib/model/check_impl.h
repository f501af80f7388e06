/* What the check_*.c files share. */
#ifndef CRM_CHECK_IMPL_H
#define CRM_CHECK_IMPL_H

#include "base/map.h"
#include "base/mem.h"
#include "model/check.h"

struct check_require {
	const struct crm_type *type;
	struct crm_str field;
	struct check_require *next;
};

struct check_settings {		/* of the base, or of one country */
	char country[3];
	uint8_t severity[CRM_RULES];
	int64_t stale_days, retention_days;
	struct check_require *require;
};

struct check_own {		/* a rule from a rule file */
	struct crm_str name, message, field;
	enum crm_severity severity;
	struct crm_query *when, *expect;
	bool off;		/* --only left it out */
};

struct check_retention {	/* how long something may be kept */
	const struct crm_type *type;
	struct crm_str field;	/* this alone; "" the record */
	struct crm_str since;	/* counted from; "" its last change */
	int64_t days;
	struct crm_query *when;	/* only these; NULL: all */
};

/* Hashes seen so far, each with where it was seen first. */
struct check_seen {
	struct {
		uint64_t hash, label;
	} *slot;
	size_t n, cap;
};

struct check_pending {		/* a reference whose target was not seen yet */
	uint64_t hash, place;
	struct crm_str field, id;
	const struct crm_field *f;
};

struct check_column {		/* figures of one field */
	uint64_t present, bad, values, repeated, last_bad;
};
struct check_table {		/* and of its type */
	const struct crm_type *type;
	uint64_t records, dated, fresh;
	struct check_column *column;
};

struct crm_check_impl {
	struct check_settings *all;	/* [0] is the base */
	size_t nall;
	const struct check_settings *now;	/* of the current record */
	struct check_own *own;
	size_t nown, capown;
	struct check_retention *retain;
	size_t nretain, capretain;
	struct crm_arena mem;

	/* The current record. */
	const struct crm_rec *rec;
	const struct crm_check_at *at;
	struct crm_str id;
	char country[3];
	struct crm_norm_ctx norm;
	struct check_table *table;	/* NULL: a record without type */
	struct crm_fieldmap map;
	const struct crm_shape *pairs_shape;
	unsigned pairs;			/* check_time.c's */
	struct crm_map elements;	/* of a list */
	struct crm_keyset keys;
	struct crm_buf text, clean, key, message, raw, tmp;

	/* All records. */
	struct check_seen ids, seen;
	struct crm_map unknown;		/* type NUL field */
	struct crm_buf labels, places;
	uint64_t types_seen[8];		/* bit by type number, 512 types */
	struct check_pending *pending;
	size_t npending, cappending;
	struct check_table *tables;
	size_t ntables, captables;
};

static inline bool
check_on(const struct crm_check *c, enum crm_rule r)
{
	return c->impl->now->severity[r] != CRM_SEV_OFF;
}

/* Tells a finding; fix.p NULL: none. The message is what fmt makes. */
void check_tell(struct crm_check *c, enum crm_rule r, struct crm_str field,
    struct crm_str fix, const char *fmt, ...) CRM_PRINTF(5, 6);
/* "'emails': why: 'value'" */
void check_tell_value(struct crm_check *c, enum crm_rule r,
    struct crm_str field, struct crm_str fix, const char *why,
    struct crm_str value);
/* The tail of both, for findings about a record that went by. */
void check_emit(struct crm_check *c, const struct crm_finding *f);

/* check_value.c: checks a raw value of a field, appends it with its fixes to
 * out; true where something was fixed. */
bool check_value(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str val, struct crm_buf *out);
/* check_text.c: one text value without its kind's own rules; the cleaned text
 * is put into impl->clean and returned. */
struct crm_str check_text(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str text);
/* check_time.c */
void check_day(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str text);
void check_dates(struct crm_check *c);
void check_age(struct crm_check *c);
/* The instant of a date or time field of the record; false where absent. */
bool check_instant(struct crm_check *c, const char *field, int64_t *out);
/* check_retention.c: adds a rule; tells what is kept too long, true where a rule
 * is about the whole record. */
enum crm_status check_add_retention(struct crm_check *c, struct crm_str val,
    struct crm_err *err) CRM_MUST;
bool check_retention(struct crm_check *c);
/* check_settings.c: the query of a rule. */
enum crm_status check_query(struct crm_check *c, struct crm_str text,
    struct crm_query **out, struct crm_err *err) CRM_MUST;
/* check_deal.c */
void check_deal(struct crm_check *c);
/* check_whole.c: what the record as a whole shows. */
void check_whole(struct crm_check *c);
bool check_has(struct crm_check *c, struct crm_str field);
bool check_given(struct crm_str val);	/* neither null nor empty */
/* check_refs.c */
void check_ref(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str id);
void check_keys(struct crm_check *c);
void check_refs_end(struct crm_check *c);
void check_refs_release(struct crm_check *c);
/* check_quality.c */
void check_count_record(struct crm_check *c);
void check_count_field(struct crm_check *c, const struct crm_field *f,
    struct crm_str val);
void check_count_bad(struct crm_check *c, struct crm_str field);

#endif
