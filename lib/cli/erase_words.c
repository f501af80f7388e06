#include "cli/erase_words.h"

#include "model/norm_phone.h"

enum { NAME_MIN = 4, FULL_MIN = 6, PHONE_MIN = 7, HEAD = 3 };

/* -- what somebody is called ------------------------------------------------ */

struct calls {
	struct crm_erase_words *w;
	bool hold;
	uint32_t person;
};

static void
belongs(struct crm_erase_words *w, struct crm_erase_word *word,
    uint32_t person)
{
	for (uint32_t i = word->who; i; i = w->who[i - 1].next)
		if (w->who[i - 1].person == person)
			return;
	crm_grow(&w->who, &w->capwho, w->nwho + 1, sizeof(*w->who));
	w->who[w->nwho++] = (struct crm_erase_who){ person, word->who };
	word->who = (uint32_t)w->nwho;
}

/* One word, folded. */
static void
put(struct calls *c, char kind, struct crm_str text, bool strong)
{
	struct crm_erase_words *w = c->w;
	crm_buf_clear(&w->tmp);
	crm_buf_c(&w->tmp, kind);
	crm_buf_str(&w->tmp, text);
	struct crm_map_entry *e = crm_map_get(&w->map, crm_buf_view(&w->tmp));
	if (c->hold) {
		if (e)
			w->w[e->v.u - 1].held = true;
		return;
	}
	if (text.n < HEAD)
		return;
	if (!e) {
		e = crm_map_put(&w->map, crm_buf_view(&w->tmp), NULL);
		crm_grow(&w->w, &w->cap, w->n + 1, sizeof(*w->w));
		uint32_t *head = &w->head[crm_erase_head(text.p)];
		w->w[w->n++] = (struct crm_erase_word){ .kind = kind,
			.text = crm_arena_str(&w->mem, text), .next = *head };
		*head = (uint32_t)w->n;
		e->v.u = w->n;
	}
	struct crm_erase_word *word = &w->w[e->v.u - 1];
	word->strong = word->strong || strong;
	belongs(w, word, c->person);
}

static struct crm_str
folded(struct crm_erase_words *w, struct crm_str json)
{
	crm_erase_fold(&w->one, json);
	return crm_str_trim(crm_buf_view(&w->one.text));
}

/* "ann lee", then "lee ann" and "lee, ann". */
static void
put_both(struct calls *c, struct crm_str first, struct crm_str last)
{
	struct crm_buf *b = &c->w->name;
	const char *const between[] = { " ", ", " };
	for (size_t i = 0; i < CRM_LEN(between); i++) {
		crm_buf_clear(b);
		crm_buf_str(b, last);
		crm_buf_z(b, between[i]);
		crm_buf_str(b, first);
		put(c, 'n', crm_buf_view(b), true);
	}
	crm_buf_clear(b);
	crm_buf_str(b, first);
	crm_buf_c(b, ' ');
	crm_buf_str(b, last);
	put(c, 'n', crm_buf_view(b), true);
}

static void
call_name(struct calls *c, const struct crm_field *f, struct crm_str json)
{
	bool part = f->match == CRM_M_GIVEN_NAME ||
	    f->match == CRM_M_FAMILY_NAME;
	struct crm_str text = folded(c->w, json);
	size_t blank = crm_str_chr(text, ' ');
	if (text.n < (part ? (size_t)NAME_MIN : FULL_MIN))
		return;
	if (part || blank == text.n) {
		put(c, 'n', text, false);
		return;
	}
	struct crm_str last = crm_str_sub(text, blank + 1, text.n);
	if (crm_str_chr(last, ' ') == last.n)
		put_both(c, crm_str_sub(text, 0, blank), last);
	else
		put(c, 'n', text, true);
}

static void
put_digits(struct calls *c, const struct crm_buf *from)
{
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < from->n; i++)
		if (from->p[i] >= '0' && from->p[i] <= '9')
			crm_buf_c(&b, from->p[i]);
	if (b.n >= PHONE_MIN)
		put(c, 'p', crm_buf_view(&b), true);
	crm_buf_release(&b);
}

/* As people write it: with and without the country, or as in the country. */
static void
call_phone(struct calls *c, struct crm_str json)
{
	struct crm_buf b = { 0 };
	struct crm_phone p;
	crm_json_unescape(&b, json);
	crm_phone_parse(crm_buf_view(&b), c->w->region, &p);
	if (!crm_phone_usable(&p)) {
		put_digits(c, &b);
		crm_buf_release(&b);
		return;
	}
	for (int i = 0; i < 4; i++) {
		crm_buf_clear(&b);
		if (i == 2)
			crm_buf_z(&b, "00");
		if (i == 3)
			crm_phone_national(&b, &p);
		else if (i)
			crm_buf_printf(&b, "%d%s", p.calling, p.nsn);
		else
			crm_buf_z(&b, p.nsn);
		put_digits(c, &b);
	}
	crm_buf_release(&b);
}

static void
call_value(struct calls *c, const struct crm_field *f, struct crm_str raw)
{
	if (!crm_json_is_string(raw))
		return;
	struct crm_str inner = crm_json_inner(raw);
	if (f->kind == CRM_K_EMAIL)
		put(c, 'e', folded(c->w, inner), true);
	else if (f->kind == CRM_K_PHONE)
		call_phone(c, inner);
	else if (f->kind == CRM_K_NAME)
		call_name(c, f, inner);
}

/* Where there is no full name. */
static void
call_parts(struct calls *c, const struct crm_rec *r)
{
	struct crm_str part[2] = { { 0 } }, v;
	struct crm_buf given = { 0 };
	for (size_t i = 0; i < r->type->nfields; i++) {
		const struct crm_field *f = &r->type->fields[i];
		bool last = f->match == CRM_M_FAMILY_NAME;
		if ((last || f->match == CRM_M_GIVEN_NAME) &&
		    crm_rec_get(r, f->name, &v) && crm_json_is_string(v))
			part[last] = crm_json_inner(v);
	}
	if (part[0].n && part[1].n) {
		crm_buf_str(&given, folded(c->w, part[0]));
		put_both(c, crm_buf_view(&given), folded(c->w, part[1]));
	}
	crm_buf_release(&given);
}

static void
call(struct calls *c, const struct crm_rec *r)
{
	struct crm_str val, key, one;
	for (size_t i = 0; i < r->type->nfields; i++) {
		const struct crm_field *f = &r->type->fields[i];
		if ((f->kind != CRM_K_EMAIL && f->kind != CRM_K_PHONE &&
		    f->kind != CRM_K_NAME) || f->parent >= 0 ||
		    (!c->hold && !(f->flags & CRM_F_PERSONAL)) ||
		    !crm_rec_get(r, f->name, &val))
			continue;
		struct crm_json_iter it = crm_json_iter(val);
		call_value(c, f, val);
		if (crm_json_kind(val) == '[')
			while (crm_json_next(&it, &key, &one))
				call_value(c, f, one);
	}
	call_parts(c, r);
}

void
crm_erase_words_of(struct crm_erase_words *w, const struct crm_rec *r,
    uint32_t person)
{
	struct calls c = { .w = w, .person = person };
	call(&c, r);
}

void
crm_erase_words_hold(struct crm_erase_words *w, const struct crm_rec *r)
{
	struct calls c = { .w = w, .hold = true };
	if (w->n)
		call(&c, r);
}

void
crm_erase_words_release(struct crm_erase_words *w)
{
	crm_map_release(&w->map);
	crm_arena_release(&w->mem);
	crm_erase_fold_release(&w->fold);
	crm_erase_fold_release(&w->one);
	crm_buf_release(&w->tmp);
	crm_buf_release(&w->name);
	free(w->w);
	free(w->who);
	*w = (struct crm_erase_words){ 0 };
}
