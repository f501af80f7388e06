#include "model/punycode.h"
#include "base/utf8.h"

#include <utf8proc.h>

/* The four characters that case folding and UTS #46 (non-transitional) treat
 * differently: sharp s and final sigma stay, joiners are refused below. */
static bool
is_deviation(uint32_t c)
{
	return c == 0xdf || c == 0x3c2;
}

/* Mapped text of a host name: folded piece by piece between the deviations. */
static void
map_host(struct crm_buf *out, struct crm_str host)
{
	size_t from = 0, at = 0;
	while (at < host.n) {
		size_t l;
		uint32_t c = crm_utf8_decode(crm_str_sub(host, at, host.n), &l);
		if (is_deviation(c)) {
			crm_fold(out, crm_str_sub(host, from, at - from));
			crm_utf8_encode(out, c);
			from = at + l;
		}
		at += l;
	}
	crm_fold(out, crm_str_sub(host, from, host.n));
}

/* Letters, digits, hyphen; of other scripts whatever is letter, digit or mark,
 * and the five marks of punctuation that RFC 5892 allows in some places. */
static bool
label_char(uint32_t c, size_t at)
{
	if (c < 128)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '-';
	if (crm_is_letter(c) || crm_is_digit(c) || c == 0xb7 || c == 0x30fb ||
	    c == 0x375 || c == 0x5f3 || c == 0x5f4)
		return c != 0xfffd;
	utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
	return at > 0 && (k == UTF8PROC_CATEGORY_MN ||
	    k == UTF8PROC_CATEGORY_MC);
}

static enum crm_host
check_chars(struct crm_str label, bool *ascii)
{
	*ascii = true;
	for (size_t at = 0, l; at < label.n; at += l) {
		uint32_t c = crm_utf8_decode(crm_str_sub(label, at, label.n),
		    &l);
		if (!label_char(c, at))
			return CRM_HOST_CHAR;
		*ascii = *ascii && c < 128;
	}
	return CRM_HOST_OK;
}

/* An "xn--" label must decode to something that encodes to itself. */
static enum crm_host
check_alabel(struct crm_str label)
{
	struct crm_buf u = { 0 }, a = { 0 };
	struct crm_str rest = crm_str_sub(label, 4, label.n);
	bool good = crm_punycode_decode(&u, rest) && u.n > 0 &&
	    crm_punycode_encode(&a, crm_buf_view(&u)) &&
	    crm_str_eq(crm_buf_view(&a), rest);
	crm_buf_release(&u);
	crm_buf_release(&a);
	return good ? CRM_HOST_OK : CRM_HOST_PUNYCODE;
}

static enum crm_host
put_label(struct crm_buf *b, struct crm_str label)
{
	bool ascii;
	if (label.n == 0)
		return CRM_HOST_LABEL_EMPTY;
	enum crm_host h = check_chars(label, &ascii);
	if (h != CRM_HOST_OK)
		return h;
	if (label.p[0] == '-' || label.p[label.n - 1] == '-')
		return CRM_HOST_HYPHEN;
	size_t from = b->n;
	if (ascii) {
		if (crm_str_starts(label, CRM_STR("xn--")))
			h = check_alabel(label);
		crm_buf_str(b, label);
	} else {
		crm_buf_z(b, "xn--");
		if (!crm_punycode_encode(b, label))
			h = CRM_HOST_LABEL_LONG;
	}
	return h != CRM_HOST_OK ? h :
	    b->n - from > 63 ? CRM_HOST_LABEL_LONG : CRM_HOST_OK;
}

/* The ideographic full stops end a label too (UTS #46 section 4). */
static struct crm_str
next_label(struct crm_str *rest)
{
	struct crm_str s = *rest;
	for (size_t i = 0; i < s.n; i++) {
		size_t l = s.p[i] == '.' ? 1 :
		    s.n - i >= 3 && memcmp(s.p + i, "\xe3\x80\x82", 3) == 0 ?
		    3 : 0;
		if (l == 0)
			continue;
		*rest = crm_str_sub(s, i + l, s.n);
		return crm_str_sub(s, 0, i);
	}
	*rest = (struct crm_str){ 0 };
	return s;
}

static bool
all_digits(struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Most hosts: ASCII labels without Punycode, in any case. False, nothing
 * appended, where the long way has to look. */
static bool
plain_host(struct crm_buf *b, struct crm_str s)
{
	static const uint8_t ldh[128] = { ['-'] = 1, ['0' ... '9'] = 2,
		['A' ... 'Z'] = 4, ['a' ... 'z'] = 3 };
	char *to = s.n <= 253 ? crm_buf_room(b, s.n) : NULL;
	size_t label = 0, labels = 1;
	bool letter = false;
	for (size_t i = 0; to && i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		uint8_t k = c < 128 ? ldh[c] : 0;
		if (c == '.') {
			if (label == 0 || s.p[i - 1] == '-')
				return false;
			label = 0;
			letter = false;
			labels++;
		} else if (!k || label == 63 ||
		    (k == 1 && (label == 0 || label == 3))) {
			return false;	/* a hyphen there may be Punycode's */
		} else {
			label++;
			letter = letter || k >= 3;
		}
		to[i] = (char)(k == 4 ? c | 0x20 : c);
	}
	if (!to || labels < 2 || label == 0 || !letter || s.p[s.n - 1] == '-')
		return false;
	b->n += s.n;
	return true;
}

enum crm_host
crm_host_ascii(struct crm_buf *b, struct crm_str host)
{
	struct crm_buf mapped = { .max = 4096 };
	size_t start = b->n, labels = 0, last = 0;
	enum crm_host h = CRM_HOST_OK;
	if (host.n == 0)
		return CRM_HOST_EMPTY;
	if (plain_host(b, host))
		return CRM_HOST_OK;
	if (host.n > 1000 || !crm_utf8_valid(host, NULL))
		return host.n > 1000 ? CRM_HOST_LONG : CRM_HOST_CHAR;
	map_host(&mapped, host);
	struct crm_str rest = crm_buf_view(&mapped);
	if (rest.n > 1 && rest.p[rest.n - 1] == '.')
		rest.n--;
	for (bool more = rest.n > 0; more && h == CRM_HOST_OK; labels++) {
		struct crm_str label = next_label(&rest);
		more = rest.p != NULL;
		if (labels)
			crm_buf_c(b, '.');
		last = b->n;
		h = put_label(b, label);
	}
	if (h == CRM_HOST_OK && labels == 0)
		h = CRM_HOST_EMPTY;
	else if (h == CRM_HOST_OK && b->n - start > 253)
		h = CRM_HOST_LONG;
	else if (h == CRM_HOST_OK && labels == 1)
		h = CRM_HOST_NO_DOT;
	else if (h == CRM_HOST_OK &&
	    all_digits(crm_str_sub(crm_buf_view(b), last, b->n)))
		h = CRM_HOST_NUMERIC;
	crm_buf_release(&mapped);
	return h;
}

const char *
crm_host_reason(enum crm_host h)
{
	switch (h) {
	case CRM_HOST_OK:
		return _("a sound host name");
	case CRM_HOST_EMPTY:
		return _("nothing where the domain should be");
	case CRM_HOST_LABEL_EMPTY:
		return _("an empty part between dots in the domain");
	case CRM_HOST_LABEL_LONG:
		return _("a part of the domain is longer than 63 characters");
	case CRM_HOST_LONG:
		return _("the domain is longer than 253 characters");
	case CRM_HOST_CHAR:
		return _("a character that domains cannot have");
	case CRM_HOST_HYPHEN:
		return _("a part of the domain begins or ends with a hyphen");
	case CRM_HOST_PUNYCODE:
		return _("a broken xn-- part in the domain");
	case CRM_HOST_NO_DOT:
		return _("the domain has no dot");
	case CRM_HOST_NUMERIC:
		return _("the domain ends in digits only");
	}
	return "";
}

void
crm_host_display(struct crm_buf *b, struct crm_str ascii)
{
	for (bool more = ascii.n > 0; more;) {
		struct crm_str label = next_label(&ascii);
		struct crm_buf u = { 0 };
		more = ascii.p != NULL;
		if (crm_str_starts(label, CRM_STR("xn--")) &&
		    crm_punycode_decode(&u, crm_str_sub(label, 4, label.n)))
			crm_buf_str(b, crm_buf_view(&u));
		else
			crm_buf_str(b, label);
		crm_buf_release(&u);
		if (more)
			crm_buf_c(b, '.');
	}
}
