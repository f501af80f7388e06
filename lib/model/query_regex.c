/* Regular expressions: PCRE2 with limits on length, steps, depth and memory,
 * so that no pattern can hold a filter up for long. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "model/query_impl.h"

#include <pcre2.h>

enum {
	MATCH_LIMIT = 100000,	/* about 0.1 ms for the worst patterns */
	DEPTH_LIMIT = 10000,
	HEAP_LIMIT = 64 * 1024	/* KiB */
};

struct crm_q_regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
};

struct crm_q_regex *
crm_q_regex_new(struct crm_q_build *b, struct crm_str s)
{
	int code;
	PCRE2_SIZE at;
	unsigned char msg[128];
	if (s.n == 0 || s.n > CRM_Q_REGEX) {
		crm_q_value_bad(b, _("a regular expression has 1 to %d bytes"),
		    CRM_Q_REGEX);
		return NULL;
	}
	struct crm_q_regex *r = crm_zalloc(sizeof(*r));
	r->code = pcre2_compile((PCRE2_SPTR)s.p, s.n, PCRE2_UTF | PCRE2_UCP |
	    PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, &code, &at, NULL);
	if (!r->code) {
		pcre2_get_error_message(code, msg, sizeof(msg));
		crm_q_value_bad(b, _("wrong regular expression at byte %zu: "
		    "%s: '%.*s'"), (size_t)at, (char *)msg, CRM_FMT(s));
		crm_q_regex_free(r);
		return NULL;
	}
	r->data = pcre2_match_data_create_from_pattern(r->code, NULL);
	r->limits = pcre2_match_context_create(NULL);
	if (!r->data || !r->limits) {
		crm_q_value_bad(b, _("no memory for '%.*s'"), CRM_FMT(s));
		crm_q_regex_free(r);
		return NULL;
	}
	pcre2_set_match_limit(r->limits, MATCH_LIMIT);
	pcre2_set_depth_limit(r->limits, DEPTH_LIMIT);
	pcre2_set_heap_limit(r->limits, HEAP_LIMIT);
	return r;
}

void
crm_q_regex_free(struct crm_q_regex *r)
{
	if (!r)
		return;
	pcre2_match_context_free(r->limits);
	pcre2_match_data_free(r->data);
	pcre2_code_free(r->code);
	free(r);
}

bool
crm_q_regex_match(struct crm_q_regex *r, struct crm_str text,
    uint64_t *gave_up)
{
	/* texts of records were checked to be UTF-8 when they were read */
	int n = pcre2_match(r->code, (PCRE2_SPTR)(text.n ? text.p : ""),
	    text.n, 0, PCRE2_NO_UTF_CHECK, r->data, r->limits);
	if (n < PCRE2_ERROR_NOMATCH)
		++*gave_up;
	return n >= 0;
}
