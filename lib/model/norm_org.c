#include "model/norm_org.h"
#include "base/utf8.h"
#include "model/org_forms.inc"

enum { ORG_TOKENS = 32, FORM_TOKENS = 7, ORG_LIMIT = 600 };

/* The forms by class, folded, without dots, blanks and "&". */
static const char *
forms_of(enum crm_org_form f)
{
	switch (f) {
	case CRM_ORG_LIMITED:
		return org_limited;
	case CRM_ORG_STOCK:
		return org_stock;
	case CRM_ORG_PARTNERS:
		return org_partners;
	case CRM_ORG_LIMITED_PARTNERS:
		return org_limited_partners;
	case CRM_ORG_SOLE:
		return org_sole;
	case CRM_ORG_COOPERATIVE:
		return org_cooperative;
	case CRM_ORG_NON_PROFIT:
		return org_non_profit;
	case CRM_ORG_STATE:
		return org_state;
	case CRM_ORG_COMPANY:
		return org_company;
	case CRM_ORG_NONE:
		break;
	}
	return "";
}

/* Forms written onto the name without a blank, East Asian ones. */
static enum crm_org_form
cut_joined(struct crm_str *name)
{
	static const struct {
		char text[24];
		uint8_t form;
	} joined[] = {
		{ "有限責任公司", CRM_ORG_LIMITED },
		{ "有限责任公司", CRM_ORG_LIMITED },
		{ "股份有限公司", CRM_ORG_STOCK },
		{ "合同会社", CRM_ORG_LIMITED },
		{ "有限会社", CRM_ORG_LIMITED },
		{ "有限公司", CRM_ORG_LIMITED },
		{ "유한회사", CRM_ORG_LIMITED },
		{ "株式会社", CRM_ORG_STOCK },
		{ "주식회사", CRM_ORG_STOCK },
		{ "合資会社", CRM_ORG_LIMITED_PARTNERS },
		{ "グループ", CRM_ORG_COMPANY },
		{ "公司", CRM_ORG_COMPANY },
		{ "集团", CRM_ORG_COMPANY },
		{ "集團", CRM_ORG_COMPANY },
		{ "그룹", CRM_ORG_COMPANY },
		{ "株", CRM_ORG_STOCK },
		{ "주", CRM_ORG_STOCK },
	};
	for (size_t i = 0; i < CRM_LEN(joined); i++) {
		struct crm_str f = crm_str_z(joined[i].text);
		if (name->n <= f.n)
			continue;
		if (crm_str_starts(*name, f))
			*name = crm_str_trim(crm_str_sub(*name, f.n, name->n));
		else if (crm_str_ends(*name, f))
			*name = crm_str_trim(crm_str_sub(*name, 0,
			    name->n - f.n));
		else
			continue;
		return joined[i].form;
	}
	return CRM_ORG_NONE;
}

struct words {
	struct crm_str w[ORG_TOKENS];
	size_t from, n;
};

static void
split(struct crm_str s, struct words *t)
{
	size_t start = 0;
	t->from = t->n = 0;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && !strchr(" ,;()|", s.p[i]))
			continue;
		if (i > start && t->n < ORG_TOKENS)
			t->w[t->n++] = crm_str_sub(s, start, i - start);
		start = i + 1;
	}
	if (t->n == ORG_TOKENS)
		t->w[t->n - 1].n = (size_t)(s.p + s.n - t->w[t->n - 1].p);
}

/* The class of words a..b-1 put together, or NONE. */
static enum crm_org_form
form_of(const struct words *t, size_t a, size_t b)
{
	char key[128] = "|";
	size_t n = 1;
	for (size_t i = a; i < b; i++)
		for (size_t k = 0; k < t->w[i].n; k++) {
			char c = t->w[i].p[k];
			if (strchr(".&/'\"-+", c))
				continue;
			if (n + 2 >= sizeof(key))
				return CRM_ORG_NONE;
			key[n++] = c;
		}
	key[n++] = '|';
	key[n] = 0;
	if (n <= 2)
		return CRM_ORG_NONE;
	for (enum crm_org_form f = CRM_ORG_LIMITED; f <= CRM_ORG_COMPANY; f++)
		if (strstr(forms_of(f), key))
			return f;
	return CRM_ORG_NONE;
}

/* Forms that stand in front too. */
static bool
stands_first(struct crm_str w)
{
	static const char first[] = "|ооо|оао|зао|пао|ао|ип|тоо|тов|прат|пат|фоп"
	    "|гуп|муп|фгуп|ано|شركه|الشركه|مجموعه|موسسه|جمعيه|חברת|עמותת|קבוצת"
	    "|pt|sia|uab|ab|as|ou|oy|sc|stichting|stiftung|fondation|fundacion"
	    "|ομιλοσ|εταιρεια|groupe|grupo|gruppo|cia|compagnie|cie|";
	char key[40];
	int n = snprintf(key, sizeof(key), "|%.*s|", CRM_FMT(w));
	return n > 2 && n < (int)sizeof(key) && strstr(first, key);
}

static void
note(enum crm_org_form *form, enum crm_org_form found)
{
	if (*form == CRM_ORG_NONE || *form == CRM_ORG_COMPANY)
		*form = found;
}

static bool
cut_last(struct words *t, enum crm_org_form *form)
{
	size_t most = t->n - t->from - 1;
	for (size_t k = most < FORM_TOKENS ? most : FORM_TOKENS; k > 0; k--) {
		enum crm_org_form f = form_of(t, t->n - k, t->n);
		if (f == CRM_ORG_NONE)
			continue;
		note(form, f);
		t->n -= k;
		return true;
	}
	return false;
}

static bool
cut_first(struct words *t, enum crm_org_form *form)
{
	if (t->n - t->from < 2 || !stands_first(t->w[t->from]))
		return false;
	enum crm_org_form f = form_of(t, t->from, t->from + 1);
	note(form, f == CRM_ORG_NONE ? CRM_ORG_COMPANY : f);
	t->from++;
	return true;
}

static bool
is_joiner(struct crm_str w)
{
	static const char joiners[] = "|&|and|und|et|e|y|i|och|ja|og|και|и|و|+|-|";
	char key[16];
	int n = snprintf(key, sizeof(key), "|%.*s|", CRM_FMT(w));
	return n < (int)sizeof(key) && strstr(joiners, key);
}

/* A word without its punctuation and quotation marks of all kinds. */
static void
put_word(struct crm_buf *b, struct crm_str w)
{
	for (size_t l; w.n; w = crm_str_sub(w, l, w.n)) {
		uint32_t c = crm_utf8_decode(w, &l);
		if (c < 128 ? !strchr(".'\"`!?", (int)c) : c != 0xab &&
		    c != 0xbb && !(c >= 0x2018 && c <= 0x201f) &&
		    c != 0x2039 && c != 0x203a)
			crm_buf_add(b, w.p, l);
	}
}

static void
put_core(struct crm_buf *b, const struct words *t)
{
	size_t start = b->n;
	for (size_t i = t->from; i < t->n; i++) {
		struct crm_str w = t->w[i];
		if (is_joiner(w))
			continue;
		if (b->n > start)
			crm_buf_c(b, ' ');
		put_word(b, w);
	}
}

enum crm_org_form
crm_org_key(struct crm_buf *b, struct crm_str name)
{
	struct crm_buf f = { 0 };
	struct words t;
	size_t start = b->n;
	crm_fold_text(&f, crm_str_sub(name, 0, ORG_LIMIT));
	struct crm_str s = crm_buf_view(&f);
	enum crm_org_form form = cut_joined(&s);
	split(s, &t);
	while (t.n > t.from + 1 && (cut_last(&t, &form) ||
	    cut_first(&t, &form)))
		;
	/* "Müller & Co.": the joiner before a form goes with it */
	while (t.n > t.from + 1 && is_joiner(t.w[t.n - 1]))
		t.n--;
	put_core(b, &t);
	if (b->n == start)
		crm_buf_str(b, crm_buf_view(&f));
	crm_buf_release(&f);
	return form;
}

const char *
crm_org_form_name(enum crm_org_form f)
{
	static const char names[][20] = { "", "limited", "stock",
		"partnership", "limited_partnership", "sole", "cooperative",
		"non_profit", "state", "company" };
	return names[f];
}
