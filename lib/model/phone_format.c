#include "model/norm_phone.h"
#include "model/phone_meta.h"

void
crm_phone_e164(struct crm_buf *b, const struct crm_phone *p)
{
	if (crm_phone_usable(p))
		crm_buf_printf(b, "+%d%s", p->calling, p->nsn);
}

void
crm_phone_standard(struct crm_buf *b, const struct crm_phone *p)
{
	crm_phone_e164(b, p);
	if (crm_phone_usable(p) && p->ext[0])
		crm_buf_printf(b, ";ext=%s", p->ext);
}

/* The format whose pattern takes the whole number. */
static const struct phone_format *
choose(const struct phone_region *r, struct phone_match *m)
{
	const struct phone_format *f;
	for (size_t i = 0; (f = phone_format_at(r, i)); i++) {
		size_t end;
		if (f->leading && !phone_match_start(f->leading, m->digits,
		    &end))
			continue;
		m->full = true;
		if (phone_match(f->pattern, m))
			return f;
	}
	return NULL;
}

static void
put_group(struct crm_buf *b, const struct phone_match *m, char digit)
{
	size_t g = (size_t)(digit - '1') * 2;
	if (g < CRM_LEN(m->save) && m->save[g])
		crm_buf_str(b, crm_str_sub(m->digits, m->save[g] - 1,
		    m->save[g + 1] - m->save[g]));
}

/* Fills a format; the rule (the national prefix around the first group) takes
 * the place of the first group. */
static void
fill(struct crm_buf *b, const struct phone_match *m, const char *format,
    const char *rule)
{
	for (; *format; format++) {
		if (*format != '$') {
			crm_buf_c(b, *format);
			continue;
		}
		char group = *++format;
		if (!*rule) {
			put_group(b, m, group);
			continue;
		}
		for (; *rule; rule++) {
			if (rule[0] == '$' && rule[1] == '1') {
				put_group(b, m, group);
				rule++;
			} else {
				crm_buf_c(b, *rule);
			}
		}
	}
}

static void
put_formatted(struct crm_buf *b, const struct crm_phone *p, bool national)
{
	const struct phone_region *r = phone_region(crm_str_z(p->region));
	if (!r)
		r = phone_calling_region(p->calling, 0);
	struct phone_match m = { .digits = crm_str_z(p->nsn) };
	const struct phone_format *f = r ? choose(r, &m) : NULL;
	if (!f) {
		crm_buf_z(b, p->nsn);
	} else if (national) {
		fill(b, &m, phone_text_at(f->format), phone_text_at(f->rule));
	} else {
		const char *i = phone_text_at(f->international);
		fill(b, &m, *i ? i : phone_text_at(f->format), "");
	}
	if (p->ext[0]) {
		const char *e = r ? phone_text_at(r->ext) : "";
		crm_buf_z(b, *e ? e : " ext. ");
		crm_buf_z(b, p->ext);
	}
}

void
crm_phone_international(struct crm_buf *b, const struct crm_phone *p)
{
	if (!p->calling)
		return;
	crm_buf_printf(b, "+%d ", p->calling);
	put_formatted(b, p, false);
}

void
crm_phone_national(struct crm_buf *b, const struct crm_phone *p)
{
	if (p->calling)
		put_formatted(b, p, true);
}

const char *
crm_phone_reason(enum crm_phone_status s)
{
	switch (s) {
	case CRM_PHONE_VALID:
		return _("a valid number");
	case CRM_PHONE_POSSIBLE:
		return _("no such range of numbers in that country");
	case CRM_PHONE_TOO_SHORT:
		return _("too short");
	case CRM_PHONE_TOO_LONG:
		return _("too long");
	case CRM_PHONE_LENGTH:
		return _("numbers of that country have another length");
	case CRM_PHONE_NO_COUNTRY:
		return _("no country calling code, and no country is known");
	case CRM_PHONE_BAD_CODE:
		return _("no such country calling code");
	case CRM_PHONE_NOT_A_NUMBER:
		return _("not a phone number");
	}
	return "";
}

const char *
crm_phone_type_name(enum crm_phone_type t)
{
	static const char names[][16] = { "fixed_line", "mobile", "toll_free",
		"premium_rate", "personal", "voicemail", "uan", "pager",
		"voip", "shared_cost", "fixed_or_mobile", "" };
	return names[t];
}
