/* Fields that are written once: a ledger says what was so when it was said. */
#include "cli/sink_impl.h"

/* Does the list still begin with all that it held? */
static bool
has_grown(struct crm_str old, struct crm_str new)
{
	return crm_json_kind(old) == '[' && crm_json_kind(new) == '[' &&
	    (old.n == 2 || (new.n > old.n && new.p[old.n - 1] == ',' &&
	    memcmp(new.p, old.p, old.n - 1) == 0));
}

enum crm_status
crm_sink_once(const struct crm_rec *old, const struct crm_rec *new,
    struct crm_err *err)
{
	struct crm_str was, is;
	for (size_t i = 0; old->type && i < old->type->nfields; i++) {
		const struct crm_field *f = &old->type->fields[i];
		if (!(f->flags & CRM_F_APPEND))
			continue;
		bool had = crm_rec_get(old, f->name, &was);
		bool has = crm_rec_get(new, f->name, &is);
		if (had == has && (!had || crm_str_eq(was, is) ||
		    has_grown(was, is)))
			continue;
		if (!had && crm_json_kind(is) == '[')
			continue;
		return crm_err_field(err, CRM_INVALID, "sink.kept", f->name,
		    _("is written once: add another %.*s that says so"),
		    CRM_FMT(old->type->name));
	}
	return CRM_OK;
}

enum crm_status
crm_sink_may_go(const struct crm_rec *r, struct crm_err *err)
{
	for (size_t i = 0; r->type && i < r->type->nfields; i++)
		if (r->type->fields[i].flags & CRM_F_APPEND)
			return crm_err_set(err, CRM_INVALID, "sink.kept",
			    _("'%.*s' is kept: add another %.*s that takes it "
			    "back"), CRM_FMT(crm_rec_id(r)),
			    CRM_FMT(r->type->name));
	return CRM_OK;
}
