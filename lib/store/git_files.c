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

static enum crm_status
path_of(struct crm_git_sync *y, struct crm_str hex, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_info info;
	enum crm_status st = crm_store_info(y->store, &info, err);
	if (!st)
		crm_buf_printf(out, "%s/files/%.2s/%.62s", info.path, hex.p,
		    hex.p + 2);
	return st;
}

/* The content, where the store has it and it is not too large. */
static enum crm_status
read_content(struct crm_git_sync *y, struct crm_str hex, struct crm_buf *out,
    bool *has, struct crm_err *err)
{
	struct crm_buf path = { 0 };
	struct stat sb;
	enum crm_status st = path_of(y, hex, &path, err);
	*has = false;
	if (st)
		return st;
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

/* -- a limit that was raised --------------------------------------------------- */

/* The mirror says up to which size it holds all files, and which limit was too
 * dear for a follower to reach. A mirror that does not say: none. */
enum { FILL_CHEAP = 64 << 20 };	/* bytes that a follower writes */

struct limits {
	uint64_t whole, dear;
};

static void
limits_path(const struct crm_git_sync *y, const char *end, struct crm_buf *out)
{
	crm_buf_printf(out, "%s/crm-files%s", crm_git_repo_path(y->repo), end);
	crm_buf_cstr(out);
}

static struct limits
read_limits(const struct crm_git_sync *y)
{
	struct limits l = { 0 };
	struct crm_buf path = { 0 }, text = { 0 };
	limits_path(y, "", &path);
	if (crm_buf_read_file(&text, path.p) == 0) {
		char *end;
		l.whole = strtoull(crm_buf_cstr(&text), &end, 10);
		l.dear = strtoull(end, NULL, 10);
	}
	crm_buf_release(&path);
	crm_buf_release(&text);
	return l;
}

static enum crm_status
write_limits(const struct crm_git_sync *y, struct limits l,
    struct crm_err *err)
{
	struct crm_buf path = { 0 }, temp = { 0 };
	enum crm_status st = CRM_OK;
	limits_path(y, "", &path);
	limits_path(y, ".new", &temp);
	int fd = open(temp.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd < 0 || dprintf(fd, "%" PRIu64 " %" PRIu64 "\n", l.whole,
	    l.dear) < 0 || fsync(fd) < 0 || rename(temp.p, path.p) < 0)
		st = crm_err_sys(err, "git.write", "'%s'", path.p);
	if (fd >= 0)
		close(fd);
	crm_buf_release(&path);
	crm_buf_release(&temp);
	return st;
}

/* What a follower would have to read; files that are gone count nothing. */
static enum crm_status
add_size(struct crm_git_sync *y, struct crm_str hex, uint64_t *bytes,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	struct stat sb;
	enum crm_status st = path_of(y, hex, &path, err);
	if (!st && lstat(crm_buf_cstr(&path), &sb) == 0 &&
	    (uint64_t)sb.st_size <= y->opts->file_max)
		*bytes += (uint64_t)sb.st_size;
	crm_buf_release(&path);
	return st;
}

/* Every attachment of every record: its size is added up, or (bytes NULL) its
 * file is put into the mirror. */
static enum crm_status
each_file(struct crm_git_sync *y, uint64_t rev, uint64_t *bytes,
    struct crm_err *err)
{
	struct crm_select sel = { .dead = true, .scan = true };
	struct crm_batch *rows = crm_batch_new();
	struct crm_cursor *c = NULL;
	struct crm_str all, hex;
	enum crm_status st = crm_store_select(y->store, rev, &sel, &c, err);
	while (!st && (st = crm_cursor_next(c, rows, err)) == CRM_OK)
		for (size_t i = 0; i < crm_batch_len(rows) && !st; i++) {
			const struct crm_rec *r = crm_batch_row(rows, i);
			if ((r->state != CRM_LIVE && r->state != CRM_MERGED) ||
			    !crm_rec_get(r, CRM_STR("attachments"), &all) ||
			    crm_json_kind(all) != '[')
				continue;
			struct crm_json_iter it = crm_json_iter(all);
			while (!st && crm_attachment_next(&it, &hex))
				st = bytes ? add_size(y, hex, bytes, err) :
				    add_one(y, r, hex, err);
		}
	crm_cursor_close(c);
	crm_batch_free(rows);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

enum crm_status
crm_git_files_begin(struct crm_git_sync *y, struct crm_err *err)
{
	uint64_t max = y->opts->file_max;
	struct limits l = read_limits(y);
	/* All that a mirror made now will hold is within this limit; a smaller one
	 * leaves something out from now on. */
	y->files_short = !y->fresh && max > l.whole;
	return y->files_short || max == l.whole ? CRM_OK :
	    write_limits(y, (struct limits){ .whole = max }, err);
}

enum crm_status
crm_git_files_fill(struct crm_git_sync *y, uint64_t rev, struct crm_err *err)
{
	uint64_t max = y->opts->file_max, bytes = 0;
	struct limits l = read_limits(y);
	bool cheap = y->opts->changes > 0;
	enum crm_status st = CRM_OK;
	if (!y->files_short)
		return CRM_OK;
	if (cheap && l.dear != max)
		st = each_file(y, rev, &bytes, err);
	y->stats->files_left = cheap && (l.dear == max || bytes > FILL_CHEAP);
	if (!st && !y->stats->files_left) {
		y->stats->large = 0;	/* each is met again */
		return each_file(y, rev, NULL, err);
	}
	y->files_short = false;
	l.dear = max;
	return st ? st : write_limits(y, l, err);
}

enum crm_status
crm_git_files_end(struct crm_git_sync *y, struct crm_err *err)
{
	return y->files_short ? write_limits(y, (struct limits){
	    .whole = y->opts->file_max }, err) : CRM_OK;
}
