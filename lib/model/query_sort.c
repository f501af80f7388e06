/* Order-preserving keys: memcmp of two keys sorts as people expect. Each key
 * begins with a class byte and ends itself, so keys of several fields can
 * stand behind each other. */
#include "model/query_impl.h"

#include "base/utf8.h"

enum {			/* in this order, absent last in both directions */
	CLASS_NUMBER = 1, CLASS_TEXT = 2, CLASS_ABSENT = 0xff
};

/* 0.d1d2d3... times 10^e: sign, exponent, digits, all turned round for negative
 * numbers. */
static void
number(struct crm_dec d, struct crm_buf *out)
{
	char digits[48];
	size_t n = 0, lead = 0;
	bool minus = d.v < 0;
	crm_i128 v = minus ? -d.v : d.v;
	unsigned char mask = minus ? 0xff : 0;
	do {
		digits[n++] = (char)('0' + (int)(v % 10));
		v /= 10;
	} while (v && n < sizeof(digits));
	while (lead < n && digits[lead] == '0')
		lead++;		/* trailing zeroes: digits are backwards */
	crm_buf_c(out, CLASS_NUMBER);
	if (lead == n) {
		crm_buf_add(out, "\x01\x00", 2);
		return;
	}
	crm_buf_c(out, (char)(minus ? 0 : 2));
	crm_buf_c(out, (char)((unsigned char)(0x80 + (int)n - d.scale) ^
	    mask));
	for (size_t i = n; i-- > lead;)
		crm_buf_c(out, (char)((unsigned char)digits[i] ^ mask));
	crm_buf_c(out, (char)mask);
}

static void
integer(int64_t v, struct crm_buf *out)
{
	uint64_t u = (uint64_t)v ^ (UINT64_C(1) << 63);
	crm_buf_c(out, CLASS_NUMBER);
	for (int i = 56; i >= 0; i -= 8)
		crm_buf_c(out, (char)(u >> i));
}

void
crm_sort_key(enum crm_kind kind, struct crm_str val, struct crm_buf *out)
{
	struct crm_json_iter it;
	struct crm_str key;
	struct crm_buf tmp = { 0 };
	struct crm_dec d;
	int64_t t;
	if (val.n && val.p[0] == '[') {
		it = crm_json_iter(val);
		if (!crm_json_next(&it, &key, &val))
			val.n = 0;
	}
	if (!crm_q_present(val)) {
		crm_buf_c(out, (char)CLASS_ABSENT);
		return;
	}
	struct crm_str s = crm_json_text_view(val, &tmp);
	bool number_like = kind == CRM_K_ANY || kind == CRM_K_INT ||
	    kind == CRM_K_NUMBER || kind == CRM_K_MONEY;
	if (number_like && crm_q_dec_of(s, &d))
		number(d, out);
	else if (kind == CRM_K_TIME && crm_q_time_of(s, NULL, &t))
		integer(t, out);
	else if (kind == CRM_K_DURATION && crm_q_minutes_of(s, &t))
		integer(t, out);
	else {
		crm_buf_c(out, CLASS_TEXT);
		crm_fold_text(out, s);
		crm_buf_c(out, '\0');
	}
	crm_buf_release(&tmp);
}
