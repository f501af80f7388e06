#include "model/props.h"

#include "format/contentline.h"
#include "format/json.h"

struct crm_str
crm_props_field(struct crm_props *p, const char *path)
{
	struct crm_str val;
	crm_buf_clear(&p->tmp);
	if (crm_json_path(p->rec, crm_str_z(path), &val))
		crm_json_text(&p->tmp, val);
	return crm_buf_view(&p->tmp);
}

void
crm_props_text(struct crm_props *p, const char *property, const char *path)
{
	struct crm_str s = crm_props_field(p, path);
	size_t from = p->out->n;
	if (!s.n)
		return;
	crm_buf_z(p->out, property);
	crm_buf_c(p->out, ':');
	crm_cline_escape(p->out, s);
	crm_cline_fold(p->out, from);
}

void
crm_props_list(struct crm_props *p, const char *property, const char *path)
{
	struct crm_str val, key, one;
	size_t from = p->out->n, n = 0;
	if (!crm_json_get(p->rec, crm_str_z(path), &val) ||
	    crm_json_kind(val) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(val);
	crm_buf_z(p->out, property);
	crm_buf_c(p->out, ':');
	while (crm_json_next(&it, &key, &one)) {
		crm_buf_clear(&p->tmp);
		crm_json_text(&p->tmp, one);
		if (n++)
			crm_buf_c(p->out, ',');
		crm_cline_escape(p->out, crm_buf_view(&p->tmp));
	}
	if (n)
		crm_cline_fold(p->out, from);
	else
		p->out->n = from;
}

void
crm_props_release(struct crm_props *p)
{
	crm_buf_release(&p->tmp);
}
