/* One value against a compiled test. Values that cannot be told (a broken date
 * on a foreign line) match nothing. */
#include "model/query_impl.h"

#include "base/utf8.h"

/* Between the quotes, or as it stands. Numbers and times have no escapes. */
static struct crm_str
bare(struct crm_str val)
{
	return crm_json_is_string(val) ? crm_json_inner(val) : val;
}

bool
crm_q_test_i64(const struct crm_q_test *t, int64_t v)
{
	if (t->how == CRM_Q_PRESENT)
		return true;
	for (size_t i = 0; i < t->n; i++)
		if (v >= t->item[i].from && v < t->item[i].to)
			return true;
	return false;
}

static bool
currency_is(const struct crm_rec *r, const char *code)
{
	struct crm_str v;
	if (!code[0])
		return true;
	if (!r || !crm_rec_get(r, CRM_STR("currency"), &v))
		return false;
	v = bare(v);
	return v.n == strlen(code) && strncasecmp(v.p, code, v.n) == 0;
}

static bool
num(const struct crm_q_test *t, struct crm_str val, const struct crm_rec *r)
{
	struct crm_dec d;
	if (!crm_q_dec_of(bare(val), &d))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (crm_q_num_in(&t->item[i], d) &&
		    currency_is(r, t->item[i].currency))
			return true;
	return false;
}

/* Texts of equal form compare like what they say. */
static bool
text_in(const struct crm_q_item *it, const char *p, size_t n)
{
	if (it->from_text[0] && memcmp(p, it->from_text, n) < 0)
		return false;
	return !it->to_text[0] || memcmp(p, it->to_text, n) < 0;
}

static bool
day(const struct crm_q_test *t, struct crm_str val)
{
	int32_t v;
	bool in = false;
	if (val.n != 12)
		return false;
	for (size_t i = 0; i < t->n && !in; i++)
		in = text_in(&t->item[i], val.p + 1, 10);
	return in && crm_date_parse(bare(val), &v) && crm_q_test_i64(t, v);
}

static bool
instant(const struct crm_q_test *t, struct crm_str val,
    const struct crm_clock *clock)
{
	int64_t v;
	if (val.n == 22 && val.p[20] == 'Z' && val.p[5] == '-') {
		bool in = false;
		for (size_t i = 0; i < t->n && !in; i++)
			in = text_in(&t->item[i], val.p + 1, 19);
		if (!in)
			return false;
	}
	return crm_q_time_of(bare(val), clock, &v) && crm_q_test_i64(t, v);
}

static bool
birthday(const struct crm_q_test *t, struct crm_str val)
{
	struct crm_ymd d;
	if (!crm_birthday_parse(bare(val), &d))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		const struct crm_q_item *it = &t->item[i];
		if (it->month) {
			if (it->month == d.m && it->day == d.d)
				return true;
		} else if (d.y) {
			int64_t v = crm_ymd_day(d);
			if (v >= it->from && v < it->to)
				return true;
		}
	}
	return false;
}

static bool
yes_no(const struct crm_q_test *t, struct crm_str val)
{
	struct crm_str s = bare(val);
	bool yes = crm_str_is(s, "true") || crm_str_is(s, "yes") ||
	    crm_str_is(s, "1");
	if (!yes && !crm_str_is(s, "false") && !crm_str_is(s, "no") &&
	    !crm_str_is(s, "0"))
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (t->item[i].yes == yes)
			return true;
	return false;
}

static bool
whole(const struct crm_q_test *t, struct crm_str val,
    struct crm_q_scratch *s)
{
	struct crm_dec d;
	const struct crm_q_item *it = &t->item[0];
	if (it->num && crm_q_dec_of(bare(val), &d))
		return crm_q_num_in(it, d);
	crm_buf_clear(&s->fold);
	crm_fold_text(&s->fold, crm_json_text_view(val, &s->tmp));
	return crm_str_eq(crm_buf_view(&s->fold), it->key);
}

static bool
text_range(const struct crm_q_item *it, struct crm_str val,
    struct crm_q_scratch *s)
{
	crm_buf_clear(&s->fold);
	crm_fold_text(&s->fold, crm_json_text_view(val, &s->tmp));
	struct crm_str v = crm_buf_view(&s->fold);
	if (it->lo && crm_str_cmp(v, it->lo_text) < it->lo_open)
		return false;
	return !it->hi || crm_str_cmp(v, it->hi_text) <= -(int)it->hi_open;
}

/* Schemaless values compare as numbers when both sides are numbers, as times
 * when both are times, else as text. */
static bool
loose(const struct crm_q_item *it, struct crm_str val,
    struct crm_q_scratch *s)
{
	struct crm_dec d;
	int64_t t;
	bool range = it->lo_text.n || it->hi_text.n;
	if (val.n == 0 || val.p[0] == 'n')
		return false;
	if (it->num && crm_q_dec_of(bare(val), &d))
		return crm_q_num_in(it, d);
	if (it->span && crm_q_time_of(bare(val), &s->clock, &t))
		return t >= it->from && t < it->to;
	if (range)
		return !it->num && !it->span && text_range(it, val, s);
	return it->nwords && crm_q_words_in(val, it->word, it->nwords,
	    it->prefix, s);
}

bool
crm_q_test_scalar(const struct crm_q_test *t, struct crm_str val,
    const struct crm_rec *r, struct crm_q_scratch *s)
{
	switch (t->how) {
	case CRM_Q_PRESENT:
		return crm_q_present(val);
	case CRM_Q_KEY:
		return crm_q_key_in(t, val, r, s);
	case CRM_Q_WORDS:
		for (size_t i = 0; i < t->n; i++)
			if (crm_q_words_in(val, t->item[i].word,
			    t->item[i].nwords, t->item[i].prefix, s))
				return true;
		return false;
	case CRM_Q_LOOSE:
		for (size_t i = 0; i < t->n; i++)
			if (loose(&t->item[i], val, s))
				return true;
		return false;
	case CRM_Q_WHOLE:
		return whole(t, val, s);
	case CRM_Q_NUM:
		return num(t, val, r);
	case CRM_Q_DAY:
		return day(t, val);
	case CRM_Q_TIME:
		return instant(t, val, &s->clock);
	case CRM_Q_BIRTH:
		return birthday(t, val);
	case CRM_Q_SPAN: {
		int64_t v;
		return crm_q_minutes_of(bare(val), &v) && crm_q_test_i64(t, v);
	}
	case CRM_Q_BOOL:
		return yes_no(t, val);
	case CRM_Q_REGEX_:
		return crm_q_present(val) && crm_q_regex_match(t->regex,
		    crm_json_text_view(val, &s->tmp), &s->gave_up);
	}
	return false;
}
