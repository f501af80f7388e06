/* The vault: for each type of persons a file of keys, 32 bytes at 32 times the
 * record's sequence (zeros: none yet; ones: destroyed), and the store's own key
 * as sequence 0 of type 0. A sealed file is
 *   "CRMSEAL1", number of persons (1 byte), their numbers (8 bytes each, big
 *   endian), nonce (24), ciphertext with its tag (16).
 * Its key is BLAKE2b over the persons' keys; the nonce is BLAKE2b of the text
 * under that key (a synthetic nonce: equal texts give equal bytes, no nonce
 * ever serves two texts); the head is authenticated. The text, its length (8
 * bytes) before it, is padded to steps of 256 bytes so that its size says
 * little. */
#include "store/git_vault.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/journal.h"
#include "store/rec_codec.h"

enum {
	KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	MAGIC = 8, STEP = 256, TYPES = 512
};

struct crm_git_vault {
	int dirfd;
	bool make;
	int fd[TYPES];		/* -1: not open */
	bool dirty[TYPES];
	char *path;
};

static enum crm_status
vault_err(const struct crm_git_vault *v, struct crm_err *err)
{
	return crm_err_sys(err, "git.vault", "'%s'", v->path);
}

enum crm_status
crm_git_vault_open(const char *dir, bool make, struct crm_git_vault **out,
    struct crm_err *err)
{
	*out = NULL;
	if (sodium_init() < 0)
		return crm_err_set(err, CRM_SYSTEM, "git.vault",
		    _("cannot start libsodium"));
	if (make && mkdir(dir, 0700) < 0 && errno != EEXIST)
		return crm_err_sys(err, "git.vault", "'%s'", dir);
	struct crm_git_vault *v = crm_zalloc(sizeof(*v));
	v->make = make;
	v->path = crm_strdup(crm_str_z(dir));
	for (size_t i = 0; i < TYPES; i++)
		v->fd[i] = -1;
	v->dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	*out = v;
	if (v->dirfd >= 0)
		return CRM_OK;
	enum crm_status st = vault_err(v, err);
	if (errno == ENOENT)
		st = crm_err_set(err, CRM_NOTFOUND, "git.vault",
		    _("there is no vault '%s'"), dir);
	crm_git_vault_close(v);
	*out = NULL;
	return st;
}

void
crm_git_vault_close(struct crm_git_vault *v)
{
	if (!v)
		return;
	for (size_t i = 0; i < TYPES; i++)
		if (v->fd[i] >= 0)
			close(v->fd[i]);
	if (v->dirfd >= 0)
		close(v->dirfd);
	free(v->path);
	free(v);
}

static enum crm_status
open_type(struct crm_git_vault *v, unsigned type, struct crm_err *err)
{
	char name[16];
	if (type >= TYPES)
		return crm_err_set(err, CRM_INVALID, "git.sealed",
		    _("sealed for a person of an unknown type"));
	if (v->fd[type] >= 0)
		return CRM_OK;
	snprintf(name, sizeof(name), "%u.keys", type);
	v->fd[type] = openat(v->dirfd, name, (v->make ? O_RDWR | O_CREAT :
	    O_RDONLY) | O_CLOEXEC | O_NOFOLLOW, 0600);
	return v->fd[type] < 0 ? vault_err(v, err) : CRM_OK;
}

static bool
all_are(const uint8_t key[KEY], uint8_t byte)
{
	for (size_t i = 0; i < KEY; i++)
		if (key[i] != byte)
			return false;
	return true;
}

/* The key of a number; made where it is missing and may be. NOTFOUND
 * git.erased for one that was destroyed. */
static enum crm_status
get_key(struct crm_git_vault *v, uint64_t no, uint8_t key[KEY],
    struct crm_err *err)
{
	unsigned type = CRM_NO_TYPE(no);
	off_t at = (off_t)CRM_NO_SEQ(no) * KEY;
	enum crm_status st = open_type(v, type, err);
	if (st)
		return st;
	memset(key, 0, KEY);
	ssize_t n = pread(v->fd[type], key, KEY, at);
	if (n < 0)
		return vault_err(v, err);
	if (n == KEY && all_are(key, 0xff))
		return crm_err_set(err, CRM_NOTFOUND, "git.erased",
		    _("the key was destroyed"));
	if (n == KEY && !all_are(key, 0))
		return CRM_OK;
	if (!v->make)
		return crm_err_set(err, CRM_INVALID, "git.sealed",
		    _("sealed with a key that '%s' does not hold"), v->path);
	randombytes_buf(key, KEY);
	if (pwrite(v->fd[type], key, KEY, at) != KEY)
		return vault_err(v, err);
	v->dirty[type] = true;
	return CRM_OK;
}

/* One key of those of all numbers; `skip`: destroyed ones are left out of who. */
static enum crm_status
join_keys(struct crm_git_vault *v, uint64_t *who, size_t *n, bool skip,
    uint8_t out[KEY], struct crm_err *err)
{
	crypto_generichash_state h;
	uint8_t key[KEY];
	size_t k = 0;
	enum crm_status st = CRM_OK;
	crypto_generichash_init(&h, NULL, 0, KEY);
	for (size_t i = 0; i < *n && !st; i++) {
		st = get_key(v, who[i], key, err);
		if (skip && st == CRM_NOTFOUND) {
			st = CRM_OK;
			continue;
		}
		who[k++] = who[i];
		if (!st)
			crypto_generichash_update(&h, key, KEY);
	}
	*n = k;
	if (!st && k == 0) {
		st = get_key(v, 0, key, err);
		crypto_generichash_update(&h, key, KEY);
	}
	crypto_generichash_final(&h, out, KEY);
	sodium_memzero(key, sizeof(key));
	return st;
}

enum crm_status
crm_git_vault_seal(struct crm_git_vault *v, const uint64_t *who, size_t n,
    struct crm_str text, struct crm_buf *out, struct crm_err *err)
{
	uint64_t no[CRM_GIT_SUBJECTS];
	uint8_t key[KEY], nonce[NONCE], be[8];
	struct crm_buf padded = { 0 };
	size_t from = out->n;
	if (n)
		memcpy(no, who, n * sizeof(*no));
	enum crm_status st = join_keys(v, no, &n, true, key, err);
	if (st)
		return st;
	crm_buf_add(out, "CRMSEAL1", MAGIC);
	crm_buf_c(out, (char)n);
	for (size_t i = 0; i < n; i++) {
		crm_be64_put(be, no[i]);
		crm_buf_add(out, be, sizeof(be));
	}
	size_t head = out->n - from;
	crm_be64_put(be, text.n);
	crm_buf_add(&padded, be, sizeof(be));
	crm_buf_str(&padded, text);
	while (padded.n % STEP)
		crm_buf_c(&padded, '\0');
	crypto_generichash(nonce, NONCE, (uint8_t *)padded.p, padded.n, key,
	    KEY);
	crm_buf_add(out, nonce, NONCE);
	char *room = crm_buf_room(out, padded.n + TAG);
	crypto_aead_xchacha20poly1305_ietf_encrypt((uint8_t *)room, NULL,
	    (uint8_t *)padded.p, padded.n, (uint8_t *)out->p + from, head,
	    NULL, nonce, key);
	out->n += padded.n + TAG;
	sodium_memzero(key, sizeof(key));
	sodium_memzero(padded.p, padded.n);
	crm_buf_release(&padded);
	return CRM_OK;
}

bool
crm_git_is_sealed(struct crm_str bytes)
{
	return crm_str_starts(bytes, CRM_STR("CRMSEAL1"));
}

enum crm_status
crm_git_vault_unseal(struct crm_git_vault *v, struct crm_str sealed,
    struct crm_buf *out, struct crm_err *err)
{
	uint64_t who[CRM_GIT_SUBJECTS];
	uint8_t key[KEY];
	size_t n = sealed.n > MAGIC ? (uint8_t)sealed.p[MAGIC] : 0;
	size_t head = MAGIC + 1 + 8 * n;
	if (!crm_git_is_sealed(sealed) || n > CRM_GIT_SUBJECTS ||
	    sealed.n < head + NONCE + TAG)
		return crm_err_set(err, CRM_INVALID, "git.sealed",
		    _("this is no sealed file"));
	for (size_t i = 0; i < n; i++)
		who[i] = crm_be64_get(sealed.p + MAGIC + 1 + 8 * i);
	enum crm_status st = join_keys(v, who, &n, false, key, err);
	if (st)
		return st;
	const uint8_t *nonce = (const uint8_t *)sealed.p + head;
	size_t len = sealed.n - head - NONCE;
	uint8_t *room = (uint8_t *)crm_buf_room(out, len);
	uint64_t size = UINT64_MAX;
	if (len >= TAG + 8 && crypto_aead_xchacha20poly1305_ietf_decrypt(room,
	    NULL, NULL, nonce + NONCE, len, (const uint8_t *)sealed.p, head,
	    nonce, key) == 0)
		size = crm_be64_get(room);
	if (size > len - TAG - 8)
		st = crm_err_set(err, CRM_INVALID, "git.sealed",
		    _("sealed with other keys than those of '%s'"), v->path);
	else
		memmove(room, room + 8, size);
	out->n += st ? 0 : size;
	sodium_memzero(key, sizeof(key));
	return st;
}

enum crm_status
crm_git_vault_sync(struct crm_git_vault *v, struct crm_err *err)
{
	bool any = false;
	for (size_t i = 0; i < TYPES; i++) {
		if (!v->dirty[i])
			continue;
		if (fsync(v->fd[i]) < 0)
			return vault_err(v, err);
		v->dirty[i] = false;
		any = true;
	}
	return any && fsync(v->dirfd) < 0 ? vault_err(v, err) : CRM_OK;
}

enum crm_status
crm_git_vault_destroy(struct crm_git_vault *v, const uint64_t *no, size_t n,
    struct crm_err *err)
{
	uint8_t gone[KEY];
	enum crm_status st = CRM_OK;
	memset(gone, 0xff, KEY);
	for (size_t i = 0; i < n && !st; i++) {
		unsigned type = CRM_NO_TYPE(no[i]);
		st = open_type(v, type, err);
		if (!st && pwrite(v->fd[type], gone, KEY,
		    (off_t)CRM_NO_SEQ(no[i]) * KEY) != KEY)
			st = vault_err(v, err);
		else if (!st)
			v->dirty[type] = true;
	}
	return st ? st : crm_git_vault_sync(v, err);
}
