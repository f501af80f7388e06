/* What names look like, without taking them apart. */
#include "base/utf8.h"
#include "model/norm_name.h"

static void
put_words(struct crm_buf *b, struct crm_str s)
{
	struct crm_buf f = { 0 };
	struct crm_str rest, word;
	crm_fold_text(&f, s);
	rest = crm_buf_view(&f);
	while (crm_word_next(&rest, &word)) {
		if (b->n)
			crm_buf_c(b, ' ');
		crm_buf_str(b, word);
	}
	crm_buf_release(&f);
}

void
crm_person_key(struct crm_buf *b, struct crm_str full, struct crm_str country)
{
	struct crm_person p;
	struct crm_buf key = { 0 };
	crm_person_parse(full, country, &p);
	put_words(&key, p.given);
	put_words(&key, p.family);
	crm_buf_str(b, crm_buf_view(&key));
	crm_buf_release(&key);
}

static bool
is_invisible(uint32_t c)
{
	return c < ' ' || c == 127 || (c >= 0x80 && c < 0xa0) ||
	    c == 0x200b || c == 0x2060 || c == 0xfeff || c == 0xad ||
	    c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069);
}

void
crm_name_fix(struct crm_buf *b, struct crm_str s)
{
	bool gap = false, any = false;
	for (size_t l; s.n; s = crm_str_sub(s, l, s.n)) {
		uint32_t c = crm_utf8_decode(s, &l);
		if (crm_is_space(c) || c == '\t' || c == '\n' || c == '\r') {
			gap = any;
			continue;
		}
		if (is_invisible(c))
			continue;
		if (gap && c != ',' && c != ';')
			crm_buf_c(b, ' ');
		gap = false;
		any = true;
		crm_buf_add(b, s.p, l);
	}
}

/* Is the character a capital (folding changes it), a small letter (its
 * capital differs), or neither. */
static int
letter_case(struct crm_str s, uint32_t c)
{
	struct crm_buf f = { 0 };
	enum crm_script sc = crm_script_of(c);
	int answer = 0;
	if (!crm_is_letter(c) || !(sc == CRM_SCRIPT_LATIN ||
	    sc == CRM_SCRIPT_GREEK || sc == CRM_SCRIPT_CYRILLIC ||
	    sc == CRM_SCRIPT_ARMENIAN))
		return 0;
	crm_fold(&f, s);
	answer = crm_str_eq(crm_buf_view(&f), s) ? -1 : 1;
	crm_buf_release(&f);
	return answer;
}

bool
crm_name_is_shouted(struct crm_str s)
{
	size_t upper = 0, lower = 0;
	for (size_t l; s.n && (!upper || !lower); s = crm_str_sub(s, l, s.n)) {
		uint32_t c = crm_utf8_decode(s, &l);
		int k = letter_case(crm_str_sub(s, 0, l), c);
		upper += k > 0;
		lower += k < 0;
	}
	return upper + lower >= 4 && (upper == 0 || lower == 0);
}

bool
crm_name_is_filler(struct crm_str s)
{
	static const char fillers[] = " test testing test1 test2 tester asdf"
	    " asdfg qwerty foo bar n/a na none null nil unknown unnamed tbd"
	    " tba xxx xx xxxx yyy zzz abc aaa dummy sample example temp delete"
	    " noname ? ?? - -- --- . .. ... / * ** *** #n/a #ref! undefined"
	    " unbekannt keine inconnu desconocido sconosciuto onbekend tuntematon"
	    " okand okänd άγνωστο αγνωστο αγνωστος δοκιμη τεστ неизвестно тест"
	    " غيرمعروف تجربه اختبار לאידוע בדיקה [notprovided] ";
	struct crm_buf f = { 0 }, key = { 0 };
	bool filler = false;
	if (s.n == 0 || s.n > 40)
		return false;
	crm_fold_text(&f, s);
	crm_buf_c(&key, ' ');
	for (size_t i = 0; i < f.n; i++)
		if (f.p[i] != ' ')
			crm_buf_c(&key, f.p[i]);
	crm_buf_c(&key, ' ');
	filler = key.n > 2 && strstr(fillers, crm_buf_cstr(&key)) != NULL;
	crm_buf_release(&f);
	crm_buf_release(&key);
	return filler;
}
