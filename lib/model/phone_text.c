#include "model/phone_text.h"
#include "base/buf.h"
#include "base/utf8.h"

enum { TEXT_MAX = 250, EXT_MAX = 20 };

/* One character of the text, folded to what matters: digits of any script to
 * '0'..'9', letters to lower case, plus signs to '+', the rest to its ASCII
 * twin; 0 for what numbers never hold. */
static char
fold_char(uint32_t c)
{
	int d = c < 128 ? -1 : crm_digit_value(c);
	if (d >= 0)
		return (char)('0' + d);
	if (c >= '0' && c <= '9')
		return (char)c;
	if (c >= 0xff01 && c <= 0xff5e)
		c = c - 0xff01 + '!';
	if (c >= 'A' && c <= 'Z')
		return (char)(c | 0x20);
	if (c < 128)
		return c < ' ' && c != '\t' ? 0 : c == '\t' ? ' ' : (char)c;
	if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30fc ||
	    c == 0xad)
		return '-';
	if (crm_is_space(c) || c == 0x200b || c == 0x2060 ||
	    (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return ' ';
	if (c == 0x223c || c == 0x2053)
		return '~';
	return c == 0xb7 || c == 0x2022 || c == 0x30fb ? '.' : 0;
}

/* The folded text; letters of other scripts become "\1" and what is no part of
 * a number "\2". */
static size_t
fold_all(struct crm_str raw, char *out)
{
	size_t n = 0;
	for (size_t i = 0, l; i < raw.n && n < TEXT_MAX; i += l) {
		unsigned char a = (unsigned char)raw.p[i];
		l = 1;
		if ((a >= '0' && a <= '9') || a == ' ' || a == '+') {
			out[n++] = (char)a;
			continue;
		}
		uint32_t c = crm_utf8_decode(crm_str_sub(raw, i, raw.n), &l);
		char f = fold_char(c);
		out[n++] = f ? f : crm_is_letter(c) ? 1 : 2;
	}
	return n;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || c == 1;
}

/* Words that announce an extension; those of other scripts are letters whose
 * spelling fold_all has dropped, so any run of them with a number before it
 * will do. */
static bool
ext_word(struct crm_str w)
{
	static const char words[][12] = { "ext", "extn", "xt", "xtn", "x",
		"extension", "extensi", "int", "anexo", "poste", "dw",
		"durchwahl", "ankn", "alanum", "alanumero", "wew", "interno",
		"ramal", "tst", "toestel", "lokal", "dahili", "klapka" };
	for (size_t i = 0; i < CRM_LEN(words); i++)
		if (crm_str_is(w, words[i]))
			return true;
	bool foreign = w.n > 0;
	for (size_t i = 0; i < w.n; i++)
		foreign = foreign && (w.p[i] == 1 || w.p[i] == '.');
	return foreign;
}

static size_t
skip_back(const char *s, size_t i, const char *set)
{
	while (i > 0 && s[i - 1] > 2 && strchr(set, s[i - 1]))
		i--;
	return i;
}

static size_t
count_digits(const char *s, size_t n)
{
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		k += is_digit(s[i]);
	return k;
}

/* Where the mark before the extension's digits begins, or 0 for none. */
static size_t
ext_mark(const char *s, size_t digits, size_t len, bool hash)
{
	size_t i = skip_back(s, digits, " .:=-\t"), from = i;
	if (hash && i < digits && len <= 6)
		return i;
	if (i > 0 && s[i - 1] > 2 && strchr("#~", s[i - 1]) && len <= 9)
		return skip_back(s, i - 1, " ,;");
	if (i > 1 && s[i - 1] == ',' && (s[i - 2] == ',' || s[i - 2] == ';') &&
	    len <= 15)
		return skip_back(s, i, " ,;");
	if (i > 0 && (s[i - 1] == ',' || s[i - 1] == ';') && i == digits &&
	    len <= 9)
		return i - 1;
	while (i > 0 && is_alpha(s[i - 1]))
		i--;
	/* "extensi\1n": a letter outside ASCII in the word */
	struct crm_str w = { s + i, from - i };
	if (w.n > 7 && memcmp(w.p, "extensi", 7) == 0)
		w.n = 7;
	if (w.n == 0 || !ext_word(w) || (len > 9 && w.n < 3))
		return 0;
	return skip_back(s, i, " ,;.(");
}

/* Cuts an extension off the folded text; what it announces goes to ext. */
static size_t
cut_ext(const char *s, size_t n, char *ext)
{
	size_t end = n;
	ext[0] = 0;
	while (end > 0 && (s[end - 1] == ' ' || s[end - 1] == ')' ||
	    s[end - 1] == '.'))
		end--;
	bool hash = end > 0 && s[end - 1] == '#';
	size_t i = end -= hash;
	while (i > 0 && is_digit(s[i - 1]))
		i--;
	size_t len = end - i;
	if (len == 0 || len > EXT_MAX || i == 0)
		return hash ? end : n;
	size_t mark = ext_mark(s, i, len, hash);
	if (mark == 0 || count_digits(s, mark) < 2)
		return n;
	memcpy(ext, s + i, len);
	ext[len] = 0;
	return mark;
}

/* The keypad. */
static char
letter_digit(char c)
{
	static const char pad[] = "22233344455566677778889999";
	return pad[c - 'a'];
}

static bool
put_digits(const char *s, size_t n, struct phone_text *t)
{
	size_t letters = 0;
	for (size_t i = 0; i < n; i++)
		letters += s[i] >= 'a' && s[i] <= 'z';
	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		if (c == '0' && i > 0 && i + 1 < n && s[i - 1] == '(' &&
		    s[i + 1] == ')' && t->n) {
			t->zero = true;
			t->zero_at = t->n;
		}
		if (letters >= 3 && c >= 'a' && c <= 'z')
			c = letter_digit(c);
		if (!is_digit(c))
			continue;
		if (t->n == PHONE_MAX_DIGITS)
			return true;
		t->digits[t->n++] = c;
	}
	return t->n >= 2;
}

/* "tel:" and the parameters of RFC 3966: the number before ';', a global
 * context put before it, ext kept. */
static size_t
tel_uri(char *s, size_t n, char *ext)
{
	static const char context[] = ";phone-context=+";
	struct crm_str all = { s, n };
	size_t semi = crm_str_chr(all, ';');
	char *e = memmem(s, n, ";ext=", 5), *c = memmem(s, n, context,
	    sizeof(context) - 1);
	size_t k = 0;
	if (semi == n || (!e && !c && !memmem(s, n, ";isub=", 6)))
		return n;
	if (e)
		for (size_t i = (size_t)(e - s) + 5; i < n && k < EXT_MAX &&
		    is_digit(s[i]); i++)
			ext[k++] = s[i];
	ext[k] = 0;
	if (!c)
		return semi;
	char joined[2 * TEXT_MAX];
	size_t j = 0, from = (size_t)(c - s) + sizeof(context) - 2;
	while (from < n && s[from] != ';')
		joined[j++] = s[from++];
	size_t label = semi > 4 && memcmp(s, "tel:", 4) == 0 ? 4 : 0;
	memcpy(joined + j, s + label, semi - label);
	j += semi - label;
	j = j < TEXT_MAX ? j : TEXT_MAX;
	memcpy(s, joined, j);
	return j;
}

bool
phone_text_read(struct crm_str raw, struct phone_text *t)
{
	char s[TEXT_MAX];
	memset(t, 0, sizeof(*t));
	if (raw.n > TEXT_MAX)
		return false;
	size_t n = fold_all(raw, s), from = 0;
	n = tel_uri(s, n, t->ext);
	while (from < n && !is_digit(s[from]) && s[from] != '+')
		from++;
	if (from == n)
		return false;
	/* a second number: "210 1234567 / 2101234568" keeps the first */
	for (size_t i = from; i + 1 < n; i++)
		if ((s[i] == '/' || s[i] == '\\') &&
		    count_digits(s + from, i - from) >= 7 &&
		    count_digits(s + i, n - i) >= 7)
			n = i;
	if (!t->ext[0])
		n = from + cut_ext(s + from, n - from, t->ext);
	for (size_t i = from; i < n; i++)
		if (s[i] == 1 || s[i] == 2)
			return false;
	while (from < n && (s[from] == '+' || s[from] == ' ')) {
		t->plus = t->plus || s[from] == '+';
		from++;
	}
	return put_digits(s + from, n - from, t);
}
