/* What a column most likely holds, by its name. */
#include "base/utf8.h"
#include "match/inner.h"

/* Words for a kind: those that tell wherever they stand in a column's name,
 * and those that must be the whole of it. */
struct guess {
	enum crm_match_kind kind;
	const char *part, *whole;
};

static const struct guess *
guesses(size_t i)
{
	static const struct guess t[] = {
		{ CRM_MATCH_EMAIL, "email",
		    "mail" },
		{ CRM_MATCH_PHONE, "phone mobile telefon",
		    "tel cell fax" },
		{ CRM_MATCH_GIVEN, "given firstname forename fname middlename vorname",
		    "first middle" },
		{ CRM_MATCH_FAMILY, "surname lastname family lname nachname",
		    "last" },
		{ CRM_MATCH_ORG, "company organisation organization employer firma",
		    "account" },
		{ CRM_MATCH_DATE, "birth dob",
		    "bday" },
		{ CRM_MATCH_POSTCODE, "zip postcode postal",
		    "plz" },
		{ CRM_MATCH_STREET, "address addr",
		    "street streetname strasse" },
		{ CRM_MATCH_CITY, "city town suburb locality",
		    "ort" },
		{ CRM_MATCH_COUNTRY, "country",
		    "nation" },
		{ CRM_MATCH_CODE, "ssn socsec taxid vat nationalid passport "
		    "streetnumber housenumber",
		    "state region number" },
		{ CRM_MATCH_TEXT, "website",
		    "domain cuisine" },
		{ CRM_MATCH_NAME, "fullname displayname contactname",
		    "name" }
	};
	return i < CRM_LEN(t) ? &t[i] : NULL;
}

/* Length of the longest word of the list that the name holds (or is). */
static size_t
longest(struct crm_str name, const char *list, bool whole)
{
	struct crm_str rest = crm_str_z(list), w;
	struct crm_str one = crm_str_sub(name, 0, name.n ? name.n - 1 : 0);
	bool plural = crm_str_ends(name, CRM_STR("s"));
	size_t best = 0;
	while (crm_str_split(&rest, ' ', &w)) {
		bool hit = crm_str_eq(name, w) || (plural &&
		    crm_str_eq(one, w)) || (!whole && w.n &&
		    memmem(name.p, name.n, w.p, w.n) != NULL);
		if (hit && w.n > best)
			best = w.n;
	}
	return best;
}

bool
crm_match_guess(struct crm_str column, enum crm_match_kind *k)
{
	struct crm_buf b = { 0 };
	size_t dot = column.n, best = 0;
	while (dot > 0 && column.p[dot - 1] != '.')
		dot--;
	crm_match_norm_code(crm_str_sub(column, dot, column.n), &b);
	struct crm_str s = crm_buf_view(&b);
	while (s.n > 1 && s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9')
		s.n--;
	for (size_t i = 0; s.n && guesses(i); i++) {
		size_t part = longest(s, guesses(i)->part, false);
		size_t whole = longest(s, guesses(i)->whole, true);
		if (part > best || whole > best) {
			best = part > whole ? part : whole;
			*k = guesses(i)->kind;
		}
	}
	crm_buf_release(&b);
	return best > 0;
}
