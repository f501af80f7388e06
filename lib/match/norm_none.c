/* Values that were typed to please a form. */
#include "match/inner.h"

/* One letter over and over, two of them and more. */
static bool
is_run(const char *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (p[i] != p[0])
			return false;
	return n > 1 && (p[0] == 'x' || p[0] == '0' || (n > 2 && p[0] >= 'a' &&
	    p[0] <= 'z'));
}

bool
crm_match_says_nothing(struct crm_str folded)
{
	static const char *const t[] = { "na", "none", "null", "nil", "unknown",
		"unbekannt", "inconnu", "desconocido", "sconosciuto", "onbekend",
		"okand", "tuntematon", "nieznany", "bilinmiyor", "tbd", "tba",
		"test", "testtest", "asdf", "asdfgh", "asdfasdf", "qwerty",
		"qwer", "blank", "empty", "missing", "notavailable",
		"notapplicable", "notprovided", "nodata", "noname", "undefined",
		"keine", "keineangabe", "kein", "aucun", "ninguno",
		"nessuno", "geen", "ingen", "\u043d\u0435\u0442",
		"\u03ba\u03b1\u03bd\u03ad\u03bd\u03b1\u03c2" };
	char word[32];
	size_t n = 0;
	for (size_t i = 0; i < folded.n; i++) {
		char c = folded.p[i];
		bool in = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    (unsigned char)c >= 0x80;
		if (in && n == sizeof(word))
			return false;
		if (in)
			word[n++] = c;
	}
	for (size_t i = 0; i < CRM_LEN(t); i++)
		if (crm_str_is((struct crm_str){ word, n }, t[i]))
			return true;
	return n == 0 || is_run(word, n);
}
