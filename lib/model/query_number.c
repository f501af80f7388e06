/* Numbers and money: ends of ranges, and values as decimals. */
#include "model/query_impl.h"

/* Plain digits, as nearly all numbers are; the rest by crm_dec_parse. */
bool
crm_q_dec_of(struct crm_str s, struct crm_dec *d)
{
	int64_t v = 0;
	size_t i = 0, dot = SIZE_MAX;
	bool minus = s.n && s.p[0] == '-';
	if (s.n - minus == 0 || s.n > 18)
		return crm_dec_parse(s, d);
	for (i = minus; i < s.n; i++) {
		unsigned c = (unsigned char)s.p[i] - '0';
		if (c < 10)
			v = v * 10 + c;
		else if (s.p[i] == '.' && dot == SIZE_MAX && i > minus &&
		    i + 1 < s.n)
			dot = i;
		else
			return crm_dec_parse(s, d);
	}
	d->v = minus ? -v : v;
	d->scale = dot == SIZE_MAX ? 0 : (int)(s.n - dot - 1);
	return true;
}

static int
compare(struct crm_dec a, struct crm_dec b)
{
	if (a.scale == b.scale)
		return (a.v > b.v) - (a.v < b.v);
	return crm_dec_cmp(a, b);
}

bool
crm_q_num_in(const struct crm_q_item *it, struct crm_dec d)
{
	if (it->lo && compare(d, it->lo_num) < it->lo_open)
		return false;
	return !it->hi || compare(d, it->hi_num) <= -(int)it->hi_open;
}

static bool
amount(struct crm_q_build *b, unsigned kind, struct crm_str s,
    struct crm_dec *d, char currency[4])
{
	char cur[4] = "";
	s = crm_str_trim(s);
	if (s.n > 1 && s.p[0] == '0' && s.p[1] >= '0' && s.p[1] <= '9')
		return crm_q_value_bad(b, _("not a number: '%.*s' (write "
		    "10000, not 10,000)"), CRM_FMT(s));
	if (!crm_dec_parse(s, d) && (kind != CRM_K_MONEY ||
	    !crm_dec_parse_human(s, '.', d, cur)))
		return crm_q_value_bad(b, _("not a number: '%.*s'"),
		    CRM_FMT(s));
	if (cur[0] && currency[0] && strcmp(cur, currency) != 0)
		return crm_q_value_bad(b, _("two currencies in one range: "
		    "%s and %s"), currency, cur);
	if (cur[0])
		memcpy(currency, cur, sizeof(cur));
	return true;
}

bool
crm_q_number_item(struct crm_q_build *b, const struct crm_q_want *w,
    unsigned kind, struct crm_str s, struct crm_q_item *it)
{
	const char *dots = w->op == CRM_Q_HAS && s.n ?
	    memmem(s.p, s.n, "..", 2) : NULL;
	if (!dots) {
		if (!amount(b, kind, s, &it->lo_num, it->currency))
			return false;
		it->hi_num = it->lo_num;
		it->lo = w->op != CRM_Q_LT && w->op != CRM_Q_LE;
		it->hi = w->op != CRM_Q_GT && w->op != CRM_Q_GE;
		it->lo_open = w->op == CRM_Q_GT;
		it->hi_open = w->op == CRM_Q_LT;
		return true;
	}
	struct crm_str lo = crm_str_sub(s, 0, (size_t)(dots - s.p));
	struct crm_str hi = crm_str_sub(s, lo.n + 2, SIZE_MAX);
	it->lo = lo.n > 0;
	it->hi = hi.n > 0;
	if (!it->lo && !it->hi)
		return crm_q_value_bad(b, _("a range without ends: '%.*s'"),
		    CRM_FMT(s));
	if (it->lo && !amount(b, kind, lo, &it->lo_num, it->currency))
		return false;
	if (it->hi && !amount(b, kind, hi, &it->hi_num, it->currency))
		return false;
	if (it->lo && it->hi && crm_dec_cmp(it->lo_num, it->hi_num) > 0)
		return crm_q_value_bad(b, _("the range '%.*s' is empty: its "
		    "ends are the wrong way round"), CRM_FMT(s));
	return true;
}
