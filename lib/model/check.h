/* The rules of data quality: what is wrong with a record, how grave it is, and
 * what would mend it. Pure over records; findings go to the caller as they are
 * found. The rules are listed in check_rules.def and in crm-check(1).
 *
 * Calls: crm_check_init, crm_check_rules (optional), crm_check_only (optional),
 * then crm_check_record for each record in order, crm_check_end,
 * crm_check_release. */
#ifndef CRM_CHECK_H
#define CRM_CHECK_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "model/norm.h"
#include "model/query.h"
#include "model/record.h"

enum crm_severity { CRM_SEV_OFF, CRM_SEV_INFO, CRM_SEV_WARNING, CRM_SEV_ERROR };

enum crm_rule {
#define RULE(id, name, severity, help) CRM_RULE_##id,
#include "model/check_rules.def"
#undef RULE
	CRM_RULES
};

/* "email.syntax", its default severity, and what it says in one line. */
const char *crm_rule_name(enum crm_rule r);
enum crm_severity crm_rule_severity(enum crm_rule r);
const char *crm_rule_help(enum crm_rule r);
const char *crm_severity_name(enum crm_severity s);
/* By name; false for none. "off" is one too. */
bool crm_severity_parse(struct crm_str name, enum crm_severity *out);

/* Where a record came from, for findings that come later (dangling references,
 * the other one of two equal keys). */
struct crm_check_at {
	struct crm_str source;	/* "" none (the store) */
	uint64_t line;
};

struct crm_finding {
	struct crm_check_at at;
	struct crm_str id;	/* of the record, "" without */
	struct crm_str field;	/* dotted path, "" the whole record */
	struct crm_str rule;	/* name */
	enum crm_severity severity;
	struct crm_str message;	/* names no place: the field's and value's text */
	struct crm_str fix;	/* the value that would be right, "" where it
				 * should go; p NULL: none, a person decides */
};

struct crm_check_impl;
struct crm_check {
	const struct crm_schema *schema;
	struct crm_clock clock;
	struct crm_str region;	/* country where a record names none */
	const struct crm_query_env *env;	/* the store's, NULL: lines */
	/* Hears every finding that is not off; borrowed for the call. */
	void (*found)(void *ctx, const struct crm_finding *f);
	void *ctx;
	uint64_t records;	/* seen so far */
	/* Members of the current record that a fix changes (raw values by
	 * top-level key), after crm_check_record. */
	struct crm_change_set fixes;
	struct crm_check_impl *impl;
};

void crm_check_init(struct crm_check *c, const struct crm_schema *schema,
    const struct crm_clock *clock, struct crm_str region);
/* Settings from a rule file's JSON text (crm_overlay_load made it). INVALID
 * names what is wrong: an unknown rule or severity, a query that does not
 * parse. */
enum crm_status crm_check_rules(struct crm_check *c, struct crm_str json,
    struct crm_err *err) CRM_MUST;
/* Only these rules, names with commas between them; "email." stands for all
 * that begin so. USAGE with a suggestion for an unknown one. */
enum crm_status crm_check_only(struct crm_check *c, struct crm_str list,
    struct crm_err *err) CRM_MUST;
/* Checks one record; what is found is told to c->found. */
void crm_check_record(struct crm_check *c, const struct crm_rec *r,
    const struct crm_check_at *at);
/* What only the end of all records shows: references to nothing. */
void crm_check_end(struct crm_check *c);
/* Appends the line with the fixes of the record just checked: untouched
 * members keep their bytes and place. False where there are none. */
bool crm_check_fixed(struct crm_check *c, struct crm_str line,
    struct crm_buf *out);
/* Data-quality figures, one JSON object a type and field, appended with LF:
 * type, field, records, complete, valid, unique, fresh (shares from 0 to 1;
 * fresh: records changed within the days of the rule stale). */
void crm_check_quality(const struct crm_check *c, struct crm_buf *out);
void crm_check_release(struct crm_check *c);

#endif
