#include "base/utf8.h"
#include "match/latin.h"
#include "match/match.h"
#include "match/similar.h"
#include "tap.h"

/* Do two spellings share a key? */
static bool
meet(const char *a, const char *b)
{
	uint64_t x[32], y[32];
	size_t n = crm_match_name_keys(crm_str_z(a), x, 32);
	size_t m = crm_match_name_keys(crm_str_z(b), y, 32);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			if (x[i] == y[j])
				return true;
	return false;
}

static void
latin(const char *word, const char *want)
{
	struct crm_buf fold = { 0 }, out = { 0 };
	crm_fold_text(&fold, crm_str_z(word));
	crm_latin(&out, crm_buf_view(&fold), NULL);
	same(crm_buf_view(&out), want, word);
	crm_buf_release(&fold);
	crm_buf_release(&out);
}

static void
kinds(void)
{
	static const struct { const char *column; enum crm_match_kind kind; }
	t[] = { { "surname", CRM_MATCH_FAMILY }, { "dob", CRM_MATCH_DATE },
		{ "Phone 1", CRM_MATCH_PHONE }, { "zip", CRM_MATCH_POSTCODE },
		{ "soc_sec_id", CRM_MATCH_CODE }, { "emails", CRM_MATCH_EMAIL },
		{ "address.city", CRM_MATCH_CITY }, { "name", CRM_MATCH_NAME },
		{ "Company Name", CRM_MATCH_ORG } };
	enum crm_match_kind k;
	for (size_t i = 0; i < CRM_LEN(t); i++)
		ok(crm_match_guess(crm_str_z(t[i].column), &k) &&
		    k == t[i].kind, "column %s", t[i].column);
	ok(!crm_match_guess(CRM_STR("shoe_size"), &k), "column shoe_size");
}

int
main(void)
{
	static const char *const alike[][2] = { { "محمد", "Mohammed" },
		{ "محمد", "Muhammad" }, { "משה", "Moshe" }, { "כהן", "Cohen" },
		{ "Γιώργος", "Giorgos" }, { "Μπάμπης", "Babis" },
		{ "Александр", "Aleksandr" }, { "Щукин", "Shchukin" },
		{ "Stephen", "Steven" }, { "Müller", "Mueller" } };
	static const char *const apart[][2] = { { "محمد", "Maria" },
		{ "Γιώργος", "Nikos" }, { "Cohen", "Levi" } };
	for (size_t i = 0; i < CRM_LEN(alike); i++)
		ok(meet(alike[i][0], alike[i][1]), "%s is %s", alike[i][0],
		    alike[i][1]);
	for (size_t i = 0; i < CRM_LEN(apart); i++)
		ok(!meet(apart[i][0], apart[i][1]), "%s is not %s",
		    apart[i][0], apart[i][1]);
	latin("Παπαδόπουλος", "papadopoulos");
	latin("Ντόρας", "doras");
	latin("Щукин", "shchukin");
	latin("기철", "gicheol");
	latin("やまもと", "yamamoto");
	ok(crm_osa(CRM_STR("marhta"), CRM_STR("martha")) == 1, "OSA: a swap");
	ok(crm_osa(CRM_STR("kitten"), CRM_STR("sitting")) == 3, "OSA: kitten");
	ok(crm_osa(CRM_STR(""), CRM_STR("abc")) == 3, "OSA: empty");
	unsigned jw = crm_jaro_winkler(CRM_STR("martha"), CRM_STR("marhta"));
	ok(jw >= 960 && jw <= 962, "Jaro-Winkler: martha, marhta 0.961");
	jw = crm_jaro_winkler(CRM_STR("dixon"), CRM_STR("dicksonx"));
	ok(jw >= 811 && jw <= 815, "Jaro-Winkler: dixon, dicksonx 0.813");
	kinds();
	return tap_end();
}
