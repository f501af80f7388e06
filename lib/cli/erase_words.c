/* What a person is called, and where that stands in texts. */
#include "cli/erase_impl.h"

enum { NAME_MIN = 4, FULL_MIN = 6, PHONE_MIN = 7 };

static char
low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static void
add(struct crm_erase_words *w, struct crm_str text, bool strong)
{
	struct crm_buf b = { 0 };
	bool fresh;
	crm_json_escape(&b, crm_str_trim(text));
	struct crm_map_entry *e = crm_map_put(&w->map, crm_buf_view(&b),
	    &fresh);
	e->v.u = e->v.u || strong;
	if (fresh && b.n)
		w->first[(uint8_t)low(b.p[0])] = true;
	crm_buf_release(&b);
}

static void
add_value(struct crm_erase_words *w, const struct crm_field *f,
    struct crm_str raw)
{
	struct crm_buf b = { 0 };
	struct crm_str text = crm_json_text_view(raw, &b);
	bool part = f->match == CRM_M_GIVEN_NAME ||
	    f->match == CRM_M_FAMILY_NAME;
	if (f->kind == CRM_K_EMAIL)
		add(w, text, true);
	else if (f->kind == CRM_K_PHONE && text.n >= PHONE_MIN)
		add(w, text, false);	/* colleagues may share it */
	else if (f->kind == CRM_K_NAME && !part && text.n >= FULL_MIN)
		add(w, text, memchr(text.p, ' ', text.n) != NULL);
	else if (f->kind == CRM_K_NAME && text.n >= NAME_MIN)
		add(w, text, false);
	crm_buf_release(&b);
}

void
crm_erase_words_of(struct crm_erase_words *w, const struct crm_rec *r)
{
	struct crm_str val, key, one;
	for (size_t i = 0; i < r->type->nfields; i++) {
		const struct crm_field *f = &r->type->fields[i];
		if (!(f->flags & CRM_F_PERSONAL) ||
		    !crm_rec_get(r, f->name, &val))
			continue;
		struct crm_json_iter it = crm_json_iter(val);
		if (crm_json_is_string(val))
			add_value(w, f, val);
		else if (crm_json_kind(val) == '[')
			while (crm_json_next(&it, &key, &one))
				if (crm_json_is_string(one))
					add_value(w, f, one);
	}
}

/* Is the character at a byte part of a word that goes on? Scripts from U+3000
 * on, which write no blanks, have no such. */
static bool
is_word(struct crm_str s, size_t at)
{
	while (at && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at--;
	unsigned char c = (unsigned char)s.p[at];
	return (c >= 0x80 && c < 0xe3) || (c >= '0' && c <= '9') ||
	    (low((char)c) >= 'a' && low((char)c) <= 'z');
}

/* The longest word that stands at `at`; 0 without. */
static size_t
match(const struct crm_erase_words *w, struct crm_str s, size_t at,
    bool strong)
{
	size_t best = 0;
	if (!w->first[(uint8_t)low(s.p[at])] ||
	    (at && is_word(s, at - 1) && is_word(s, at)))
		return 0;
	for (size_t i = 0; i < w->map.n; i++) {
		struct crm_str k = w->map.e[i].key;
		if (k.n <= best || k.n > s.n - at || (strong &&
		    !w->map.e[i].v.u))
			continue;
		size_t n = 0;
		while (n < k.n && low(k.p[n]) ==
		    low(s.p[at + n]))
			n++;
		bool end = at + n == s.n || !is_word(s, at + n) ||
		    !is_word(k, k.n - 1);
		if (n == k.n && end)
			best = n;
	}
	return best;
}

bool
crm_erase_words_in(const struct crm_erase_words *w, struct crm_str text)
{
	for (size_t i = 0; w->map.n && i < text.n; i++)
		if (match(w, text, i, true))
			return true;
	return false;
}

bool
crm_erase_words_out(const struct crm_erase_words *w, struct crm_str text,
    struct crm_buf *out)
{
	bool any = false;
	for (size_t i = 0; i < text.n;) {
		size_t n = match(w, text, i, false);
		if (n)
			crm_buf_z(out, "[erased]");
		else
			crm_buf_c(out, text.p[i]);
		any = any || n;
		i += n ? n : 1;
	}
	return any;
}

void
crm_erase_words_release(struct crm_erase_words *w)
{
	crm_map_release(&w->map);
	memset(w->first, 0, sizeof(w->first));
}
