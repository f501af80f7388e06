#include "model/place.h"

#include "base/zone.h"
#include "model/norm.h"
#include "model/norm_phone.h"

static bool
text(const struct crm_rec *r, const char *path, struct crm_buf *b,
    struct crm_str *out)
{
	struct crm_str v;
	if (!crm_rec_get(r, crm_str_z(path), &v) || !crm_json_is_string(v))
		return false;
	*out = crm_json_text_view(v, b);
	return out->n > 0;
}

static void
phone_country(const struct crm_rec *r, struct crm_buf *b, char code[3])
{
	struct crm_str list, key, v;
	struct crm_phone p;
	code[0] = '\0';
	if (!crm_rec_get(r, CRM_STR("phones"), &list))
		return;
	struct crm_json_iter it = crm_json_iter(list);
	while (!code[0] && crm_json_next(&it, &key, &v)) {
		if (!crm_json_is_string(v))
			continue;
		crm_phone_parse(crm_json_text_view(v, b),
		    (struct crm_str){ NULL, 0 }, &p);
		if (strlen(p.region) == 2)
			memcpy(code, p.region, 3);
	}
}

static bool
zone_of(const struct crm_rec *r, struct crm_buf *b, struct crm_str country,
    const struct crm_zone **zone)
{
	struct crm_str s;
	if (text(r, "timezone", b, &s) && !crm_zone_get(s, zone, NULL))
		return true;
	if (country.n == 0)
		return false;
	if (!text(r, "address.region", b, &s) &&
	    !text(r, "address.city", b, &s))
		s.n = 0;
	return !crm_zone_of_country(country, s, zone, NULL);
}

/* By the address, else by the phones. */
static void
country_of(const struct crm_rec *r, struct crm_buf *b, char code[3])
{
	char own[3] = "";
	struct crm_str country = crm_norm_country(r,
	    (struct crm_str){ NULL, 0 }, own);
	memset(code, 0, 3);
	if (country.n == 2)
		memcpy(code, country.p, 2);
	else
		phone_country(r, b, code);
}

static bool
account_of(const struct crm_rec *r, const struct crm_query_env *env,
    struct crm_buf *b, struct crm_rec *out)
{
	struct crm_str s;
	return env && env->get && text(r, "account", b, &s) &&
	    env->get(env->ctx, s, out) && out->type != r->type;
}

bool
crm_place_country(const struct crm_rec *r, const struct crm_query_env *env,
    char code[3])
{
	struct crm_buf b = { 0 };
	struct crm_rec account;
	country_of(r, &b, code);
	if (!code[0] && account_of(r, env, &b, &account))
		country_of(&account, &b, code);
	crm_buf_release(&b);
	return code[0] != '\0';
}

bool
crm_place_office(const struct crm_rec *r, const struct crm_query_env *env,
    const struct crm_calendar *c, struct crm_office *out)
{
	struct crm_buf b = { 0 };
	struct crm_str s;
	struct crm_rec account;
	struct crm_hours own;
	const struct crm_zone *zone;
	char code[3];
	country_of(r, &b, code);
	bool told = zone_of(r, &b, crm_str_z(code), &zone);
	if (told)
		crm_office_init(out, c, zone, crm_str_z(code));
	else if (account_of(r, env, &b, &account))
		told = crm_place_office(&account, NULL, c, out);
	if (told && text(r, "preferred_hours", &b, &s) &&
	    crm_hours_parse(s, &out->hours, &own, NULL) == CRM_OK)
		out->hours = own;
	crm_buf_release(&b);
	return told;
}
