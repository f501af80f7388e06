/* The entries of tree objects. */
#include "store/git_repo.h"

bool
crm_git_tree_next(struct crm_str *rest, struct crm_git_item *out, bool *good)
{
	*good = true;
	if (rest->n == 0)
		return false;
	size_t sp = crm_str_chr(*rest, ' ');
	struct crm_str name = crm_str_sub(*rest, sp + 1, SIZE_MAX);
	size_t nul = crm_str_chr(name, '\0');
	*good = sp < rest->n && nul < name.n && name.n - nul > 20;
	if (!*good)
		return false;
	out->mode = crm_str_sub(*rest, 0, sp);
	out->name = crm_str_sub(name, 0, nul);
	out->dir = crm_str_is(out->mode, "40000");
	memcpy(out->oid.b, name.p + nul + 1, 20);
	*rest = crm_str_sub(name, nul + 21, SIZE_MAX);
	return true;
}

void
crm_git_tree_add(struct crm_buf *b, const struct crm_git_item *i)
{
	crm_buf_str(b, i->mode);
	crm_buf_c(b, ' ');
	crm_buf_str(b, i->name);
	crm_buf_c(b, '\0');
	crm_buf_add(b, i->oid.b, 20);
}
