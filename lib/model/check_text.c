/* Text as text: control characters, blanks, wrong encodings, fillers. */
#include "base/utf8.h"
#include "model/check_impl.h"
#include "model/norm_name.h"

static bool
is_control(uint32_t c)
{
	return (c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 127 ||
	    (c >= 0x80 && c < 0xa0) || c == 0x200b || c == 0x2060 ||
	    c == 0xfeff || c == 0xad || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0xfffd;
}

/* What has no place in any text taken out; true where there was some. U+FFFD
 * stays: what it stood for is lost, and dropping it would hide that. */
static bool
drop_controls(struct crm_str s, struct crm_buf *out)
{
	bool any = false;
	for (size_t l; s.n; s = crm_str_sub(s, l, s.n)) {
		uint32_t c = crm_utf8_decode(s, &l);
		if (is_control(c)) {
			any = true;
			if (c != 0xfffd)
				continue;
		}
		crm_buf_add(out, s.p, l);
	}
	return any;
}

/* UTF-8 read as Latin-1 or Windows-1252 ("Ã©", "Â ", "â€™"), as Windows-1253
 * ("Î‘Î»"), and question marks inside words ("M?ller"). */
static bool
is_mojibake(struct crm_str s)
{
	size_t pairs = 0, greek = 0, n = 0;
	uint32_t last = 0;
	for (size_t i = 0, l; i < s.n; i += l, n++) {
		uint32_t c = crm_utf8_decode(crm_str_sub(s, i, s.n), &l);
		if ((last == 0xc3 || last == 0xc2) &&
		    ((c >= 0x80 && c <= 0xbf) || (c >= 0x2010 && c <= 0x2122)))
			pairs++;
		if (last == 0xe2 && c == 0x20ac)
			pairs++;
		if ((last == 0xce || last == 0xcf || last == 0xd0 ||
		    last == 0xd1 || last == 0xd7 || last == 0xd8 ||
		    last == 0xd9) && c >= 0x80 && c <= 0x2122 &&
		    !crm_is_letter(c))
			greek++;
		last = c;
	}
	return pairs > 0 || greek > 1;
}

static bool
is_person(const struct crm_field *f)
{
	return f->match == CRM_M_NAME || f->match == CRM_M_GIVEN_NAME ||
	    f->match == CRM_M_FAMILY_NAME;
}

static bool
one_line(const struct crm_field *f)
{
	return f->kind != CRM_K_TEXT && f->kind != CRM_K_ANY &&
	    f->kind != CRM_K_QUERY;
}

/* ASCII without control characters and needless blanks: most text. */
static bool
is_clean(struct crm_str s)
{
	char last = ' ';
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c < ' ' || c == 127 || (c == ' ' && last == ' '))
			return false;
		last = c;
	}
	return s.n == 0 || last != ' ';
}

static void
check_name(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str text)
{
	if (f->kind != CRM_K_NAME)
		return;
	if (crm_name_is_filler(text))
		check_tell_value(c, CRM_RULE_NAME_FILLER, path,
		    (struct crm_str){ 0 }, _("only fills the field"), text);
	else if (is_person(f) && crm_name_is_shouted(text))
		check_tell_value(c, CRM_RULE_NAME_CASE, path,
		    (struct crm_str){ 0 }, _("all in one case"), text);
}

struct crm_str
check_text(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str text)
{
	struct crm_check_impl *m = c->impl;
	if (is_clean(text)) {
		check_name(c, f, path, text);
		return text;
	}
	crm_buf_clear(&m->clean);
	crm_buf_clear(&m->tmp);
	bool control = drop_controls(text, &m->tmp);
	if (one_line(f))
		crm_name_fix(&m->clean, crm_buf_view(&m->tmp));
	else
		crm_buf_str(&m->clean, crm_buf_view(&m->tmp));
	struct crm_str clean = crm_buf_view(&m->clean);
	bool differs = !crm_str_eq(clean, text);
	if (control && check_on(c, CRM_RULE_TEXT_CONTROL))
		check_tell_value(c, CRM_RULE_TEXT_CONTROL, path,
		    differs ? clean : (struct crm_str){ 0 },
		    _("control or invisible characters"), text);
	else if (differs && !control)
		check_tell_value(c, CRM_RULE_TEXT_SPACES, path, clean,
		    _("needless blanks"), text);
	if ((control && !check_on(c, CRM_RULE_TEXT_CONTROL)) ||
	    (!control && !check_on(c, CRM_RULE_TEXT_SPACES)))
		clean = text;
	if (clean.n > 2 && is_mojibake(clean))
		check_tell_value(c, CRM_RULE_TEXT_MOJIBAKE, path,
		    (struct crm_str){ 0 }, _("read in a wrong encoding"),
		    clean);
	check_name(c, f, path, clean);
	return clean;
}
