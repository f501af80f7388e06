/* Do the commits of a mirror count up without a gap? */
#include "store/git_mirror.h"
#include "store/git_repo.h"

struct link {
	uint64_t seq, from, to;
	struct crm_git_oid parent;
	bool has_parent;
};

static enum crm_status
read_link(struct crm_git_repo *r, const struct crm_git_oid *oid,
    struct crm_buf *text, struct link *out, struct crm_err *err)
{
	enum crm_git_kind kind;
	uint64_t first;
	char hex[41];
	enum crm_status st = crm_git_repo_read(r, oid, &kind, text, err);
	if (st)
		return st;
	struct crm_str s = crm_buf_view(text);
	out->has_parent = crm_git_commit_head(s, "parent", &out->parent);
	if (kind == CRM_GIT_COMMIT && crm_git_range(s, "Crm-Seq", &first,
	    &out->seq) && crm_git_range(s, "Crm-Rev", &out->from, &out->to))
		return CRM_OK;
	crm_git_hex(oid, hex);
	return crm_err_set(err, CRM_CORRUPT, "git.sequence",
	    _("commit %s of the mirror is not the mirror's own"), hex);
}

/* A commit that only settings stand behind repeats the revision before it. */
static bool
follows(const struct link *next, const struct link *l)
{
	return next->seq == l->seq + 1 && (next->from > l->to ||
	    (next->from == l->to && next->to == l->to));
}

enum crm_status
crm_git_audit(const char *path, struct crm_err *err)
{
	struct crm_git_repo *r = NULL;
	struct crm_buf text = { 0 };
	struct crm_git_oid oid;
	struct link l, next = { 0 };
	char hex[41];
	bool has = false;
	enum crm_status st = crm_git_repo_open(path, &r, err);
	if (!st)
		st = crm_git_repo_ref(r, "HEAD", &oid, &has, err);
	for (bool tip = true; !st && has; tip = false, next = l) {
		st = read_link(r, &oid, &text, &l, err);
		crm_git_hex(&oid, hex);
		if (!st && ((!tip && !follows(&next, &l)) ||
		    (!l.has_parent && l.seq != 1)))
			st = crm_err_set(err, CRM_CORRUPT, "git.sequence",
			    _("the mirror's sequence has a gap at commit %s"),
			    hex);
		has = l.has_parent;
		oid = l.parent;
	}
	crm_git_repo_close(r);
	crm_buf_release(&text);
	return st;
}
