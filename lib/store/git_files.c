/* Attached files in the mirror, under `files`: readable under their SHA-256,
 * sealed under the hash of the sealed bytes, which tells nothing. */
#include "store/git_sync.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "model/attachment.h"

static enum crm_status
ready_tree(struct crm_git_sync *y, struct crm_err *err)
{
	struct crm_git_oid root;
	bool has;
	if (y->files)
		return CRM_OK;
	enum crm_status st = crm_git_tree_look(y->tree, "files", &root, &has,
	    err);
	if (!st)
		y->files = crm_git_tree_new(y->repo, has ? &root : NULL);
	return st;
}

static void
digits_of(struct crm_str hex, uint8_t out[4])
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(hex.p[i] <= '9' ? hex.p[i] - '0' :
		    hex.p[i] - 'a' + 10);
}

/* The content, where the store has it and it is not too large. */
static enum crm_status
read_content(struct crm_git_sync *y, struct crm_str hex, struct crm_buf *out,
    bool *has, struct crm_err *err)
{
	struct crm_info info;
	struct crm_buf path = { 0 };
	struct stat sb;
	enum crm_status st = crm_store_info(y->store, &info, err);
	*has = false;
	if (st)
		return st;
	crm_buf_printf(&path, "%s/files/%.2s/%.62s", info.path, hex.p,
	    hex.p + 2);
	int fd = open(crm_buf_cstr(&path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode)) {
		bool large = (uint64_t)sb.st_size > y->opts->file_max;
		y->stats->large += large;
		if (!large && crm_buf_read_fd(out, fd))
			st = crm_err_sys(err, "git.file", "'%s'", path.p);
		*has = !large;
	}
	if (fd >= 0)
		close(fd);
	crm_buf_release(&path);
	return st;
}

static enum crm_status
put_bytes(struct crm_git_sync *y, struct crm_str bytes, struct crm_str name,
    struct crm_err *err)
{
	struct crm_git_obj o = { .kind = CRM_GIT_BLOB, .data = bytes };
	uint8_t digits[4];
	enum crm_status st = crm_git_sync_pack(y, err);
	digits_of(name, digits);
	if (!st)
		st = crm_git_pack_add(y->pack, &o, 1, err);
	if (!st)
		st = crm_git_tree_put(y->files, digits, name, &o.oid, err);
	y->files_changed = true;
	return st;
}

static enum crm_status
add_sealed(struct crm_git_sync *y, const struct crm_rec *r,
    struct crm_str content, struct crm_err *err)
{
	uint64_t who[CRM_GIT_SUBJECTS];
	struct crm_buf sealed = { 0 };
	char name[CRM_SHA256_HEX + 1];
	size_t n;
	enum crm_status st = crm_git_sync_subjects(y, r, who, &n, err);
	if (!st)
		st = crm_git_vault_seal(y->vault, who, n, content, &sealed,
		    err);
	if (!st) {
		crm_sha256_hex(sealed.p, sealed.n, name);
		st = put_bytes(y, crm_buf_view(&sealed), crm_str_z(name), err);
	}
	crm_buf_release(&sealed);
	return st;
}

static enum crm_status
add_one(struct crm_git_sync *y, const struct crm_rec *r, struct crm_str hex,
    struct crm_err *err)
{
	struct crm_buf content = { 0 };
	uint8_t digits[4];
	bool has = false;
	digits_of(hex, digits);
	enum crm_status st = ready_tree(y, err);
	if (!st && !y->vault)
		st = crm_git_tree_has(y->files, digits, hex, &has, err);
	if (st || has)
		return st;
	st = read_content(y, hex, &content, &has, err);
	if (!st && has)
		st = y->vault ? add_sealed(y, r, crm_buf_view(&content), err) :
		    put_bytes(y, crm_buf_view(&content), hex, err);
	crm_buf_release(&content);
	return st;
}

enum crm_status
crm_git_files_add(struct crm_git_sync *y, const struct crm_rec *r,
    const struct crm_rec *before, struct crm_err *err)
{
	struct crm_str all, had, hex;
	enum crm_status st = CRM_OK;
	if (!crm_rec_get(r, CRM_STR("attachments"), &all) ||
	    crm_json_kind(all) != '[' || (before && crm_rec_get(before,
	    CRM_STR("attachments"), &had) && crm_str_eq(all, had)))
		return CRM_OK;
	struct crm_json_iter it = crm_json_iter(all);
	while (!st && crm_attachment_next(&it, &hex))
		st = add_one(y, r, hex, err);
	return st;
}

enum crm_status
crm_git_files_write(struct crm_git_sync *y, struct crm_err *err)
{
	struct crm_git_oid root;
	if (!y->files_changed)
		return CRM_OK;
	y->files_changed = false;
	enum crm_status st = crm_git_tree_write(y->files, y->pack, &root, err);
	return st ? st : crm_git_tree_beside(y->tree, "files", true, &root,
	    err);
}
