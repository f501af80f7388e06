#include "format/transfer.h"

#include "base/utf8.h"
#include "format/encoding.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void
crm_qp_decode(struct crm_buf *b, struct crm_str s, bool words)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '_' && words) {
			crm_buf_c(b, ' ');
			continue;
		}
		if (c != '=') {
			crm_buf_c(b, c);
			continue;
		}
		if (i + 1 < s.n && s.p[i + 1] == '\n') {
			i++;
			continue;
		}
		if (i + 2 < s.n && s.p[i + 1] == '\r' && s.p[i + 2] == '\n') {
			i += 2;
			continue;
		}
		int h = i + 2 < s.n ? hex(s.p[i + 1]) : -1;
		int l = h >= 0 ? hex(s.p[i + 2]) : -1;
		if (l < 0) {
			if (i + 1 < s.n)	/* a soft break at the end goes */
				crm_buf_c(b, c);
			continue;
		}
		crm_buf_c(b, (char)(h << 4 | l));
		i += 2;
	}
}

void
crm_qp_encode(struct crm_buf *b, struct crm_str s)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t column = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (c == '\n') {
			crm_buf_z(b, "\r\n");
			column = 0;
			continue;
		}
		bool end = i + 1 == s.n || s.p[i + 1] == '\n' ||
		    s.p[i + 1] == '\r';
		bool plain = c != '=' && c > 0x20 && c < 0x7f;
		if ((c == ' ' || c == '\t') && !end)
			plain = true;
		/* a dot or From alone on a line meets old relays */
		if (column == 0 && (c == '.' || c == 'F'))
			plain = false;
		if (column + (plain ? 1 : 3) > 75) {
			crm_buf_z(b, "=\r\n");
			column = 0;
		}
		if (plain) {
			crm_buf_c(b, (char)c);
			column++;
			continue;
		}
		crm_buf_c(b, '=');
		crm_buf_c(b, digits[c >> 4]);
		crm_buf_c(b, digits[c & 15]);
		column += 3;
	}
}

static int
six(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
crm_base64_decode(struct crm_buf *b, struct crm_str s)
{
	uint32_t v = 0;
	unsigned bits = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '=' || c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		int d = six(c);
		if (d < 0)
			return false;
		v = (v << 6 | (uint32_t)d) & 0xffffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			crm_buf_c(b, (char)(v >> bits & 0xff));
		}
	}
	return true;
}

void
crm_base64_encode(struct crm_buf *b, struct crm_str s, bool wrap)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.n; i += 3) {
		size_t n = s.n - i < 3 ? s.n - i : 3;
		uint32_t v = 0;
		for (size_t k = 0; k < 3; k++)
			v = v << 8 |
			    (k < n ? (unsigned char)s.p[i + k] : 0u);
		for (size_t k = 0; k < 4; k++)
			crm_buf_c(b, k <= n ? digits[v >> (18 - 6 * k) & 63] :
			    '=');
		if (wrap && i % 57 == 54)
			crm_buf_z(b, "\r\n");
	}
	if (wrap && s.n % 57)
		crm_buf_z(b, "\r\n");
}

/* =?charset?Q?text?= at s.p: its length, 0 where there is none. */
static size_t
encoded_word(struct crm_str s, struct crm_buf *out)
{
	if (!crm_str_starts(s, CRM_STR("=?")))
		return 0;
	struct crm_str rest = crm_str_sub(s, 2, s.n), set, how;
	size_t q = crm_str_chr(rest, '?');
	set = crm_str_sub(rest, 0, q);
	rest = crm_str_sub(rest, q + 1, rest.n);
	q = crm_str_chr(rest, '?');
	how = crm_str_sub(rest, 0, q);
	rest = crm_str_sub(rest, q + 1, rest.n);
	q = crm_str_chr(rest, '?');
	if (how.n != 1 || q + 1 >= rest.n || rest.p[q + 1] != '=' || set.n > 40)
		return 0;
	struct crm_str text = crm_str_sub(rest, 0, q);
	struct crm_buf plain = { 0 };
	char name[48];
	snprintf(name, sizeof(name), "%.*s",
	    (int)crm_str_chr(set, '*'), set.p);
	bool good = true;
	if ((*how.p | 0x20) == 'q')
		crm_qp_decode(&plain, text, true);
	else if ((*how.p | 0x20) == 'b')
		good = crm_base64_decode(&plain, text);
	else
		good = false;
	size_t had = out->n;
	if (good && crm_recode(name, "UTF-8", crm_buf_view(&plain), out,
	    NULL)) {
		out->n = had;
		good = false;
	}
	crm_buf_release(&plain);
	return good ? (size_t)(text.p - s.p) + text.n + 2 : 0;
}

void
crm_words_decode(struct crm_buf *b, struct crm_str s)
{
	bool after = false;	/* an encoded word was last */
	size_t i = 0;
	while (i < s.n) {
		struct crm_str rest = crm_str_sub(s, i, s.n);
		size_t blanks = 0;
		while (blanks < rest.n && strchr(" \t\r\n", rest.p[blanks]) &&
		    rest.p[blanks])
			blanks++;
		size_t had = b->n;
		/* blanks between two encoded words vanish (RFC 2047 6.2) */
		size_t n = encoded_word(crm_str_sub(rest, blanks, rest.n), b);
		if (n && !after && blanks) {
			b->n = had;
			crm_buf_c(b, ' ');
			n = encoded_word(crm_str_sub(rest, blanks, rest.n), b);
		}
		after = n > 0;
		if (n) {
			i += blanks + n;
			continue;
		}
		if (blanks) {
			crm_buf_c(b, ' ');
			i += blanks;
			continue;
		}
		crm_buf_c(b, s.p[i++]);
	}
}

void
crm_words_encode(struct crm_buf *b, struct crm_str s)
{
	bool plain = !crm_str_starts(s, CRM_STR("=?"));
	for (size_t i = 0; i < s.n && plain; i++)
		plain = s.p[i] >= 0x20 && s.p[i] < 0x7f &&
		    !(s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?');
	if (plain) {
		crm_buf_str(b, s);
		return;
	}
	/* 45 bytes make 60 base64 digits and 72 with the marks */
	while (s.n) {
		size_t n = s.n < 45 ? s.n : 45;
		while (n < s.n && n > 1 &&
		    ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
		crm_buf_z(b, "=?UTF-8?B?");
		crm_base64_encode(b, crm_str_sub(s, 0, n), false);
		crm_buf_z(b, "?=");
		s = crm_str_sub(s, n, s.n);
		if (s.n)
			crm_buf_z(b, "\r\n ");
	}
}
