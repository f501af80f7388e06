#include "base/utf8.h"
#include "cli/out_impl.h"

/* One block a record: a title line, then "  field  value" lines. */

struct card {
	struct crm_out *o;
	size_t widest;
	struct crm_buf path;
	bool measure;
};

static void
card_line(void *ctx, struct crm_str name, struct crm_str val)
{
	struct card *c = ctx;
	struct crm_out *o = c->o;
	if (c->measure) {
		size_t w = crm_width(name);
		if (w > c->widest)
			c->widest = w;
		return;
	}
	crm_buf_z(&o->buf, "  ");
	size_t from = o->buf.n;
	crm_safe(&o->buf, name, o->cli->ascii);
	size_t w = crm_width((struct crm_str){ o->buf.p + from,
	    o->buf.n - from });
	for (; w < c->widest + 2; w++)
		crm_buf_c(&o->buf, ' ');
	crm_buf_clear(&o->tmp);
	crm_out_plain(&o->tmp, val);
	crm_safe(&o->buf, crm_buf_view(&o->tmp), o->cli->ascii);
	crm_buf_c(&o->buf, '\n');
}

/* The fields of -f, or all of the record. */
static void
lines(struct card *c, const struct crm_out_row *r)
{
	struct crm_out *o = c->o;
	if (!o->nfields) {
		crm_out_leaves(&c->path, r->json, card_line, c);
		return;
	}
	for (size_t i = 0; i < o->nfields; i++) {
		struct crm_str val;
		if (crm_out_value(o, r, o->fields[i], &val))
			card_line(c, o->fields[i], val);
	}
}

static void
title(struct crm_out *o, const struct crm_out_row *r)
{
	static const char *const names[] = { "name", "subject", "question",
		"number", "kind", "id" };
	struct crm_str val, type;
	bool typed = crm_json_get(r->json, CRM_STR("type"), &type);
	if (o->cli->color_out)
		crm_buf_z(&o->buf, "\033[1m");
	if (typed) {
		crm_buf_clear(&o->tmp);
		crm_json_text(&o->tmp, type);
		crm_safe(&o->buf, crm_buf_view(&o->tmp), o->cli->ascii);
	}
	for (size_t i = 0; i < CRM_LEN(names); i++) {
		if (!crm_json_get(r->json, crm_str_z(names[i]), &val))
			continue;
		if (typed)
			crm_buf_z(&o->buf, ": ");
		crm_buf_clear(&o->tmp);
		crm_json_text(&o->tmp, val);
		crm_safe(&o->buf, crm_buf_view(&o->tmp), o->cli->ascii);
		break;
	}
	crm_buf_z(&o->buf, o->cli->color_out ? "\033[0m\n" : "\n");
}

static void
card_record(struct crm_out *o, const struct crm_out_row *r)
{
	struct card c = { .o = o, .measure = true };
	if (o->cli->count.written)
		crm_buf_c(&o->buf, '\n');
	title(o, r);
	lines(&c, r);
	c.measure = false;
	lines(&c, r);
	crm_buf_release(&c.path);
}

const struct crm_out_form crm_out_card = { .record = card_record };
