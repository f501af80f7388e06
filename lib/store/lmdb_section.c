/* Reading without holding anything: a section takes the gate and a snapshot
 * and gives both back. Between sections the store may be rebuilt under us. */
#include "store/lmdb_int.h"

#include <errno.h>
#include <math.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Were the files replaced (compact, restore) since they were opened? */
static bool
was_swapped(const struct crm_store *s)
{
	struct stat st;
	return fstatat(s->dirfd, "data.mdb", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    st.st_ino != s->data_ino ||
	    fstatat(s->dirfd, "lock.mdb", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    st.st_ino != s->lock_ino;
}

static int
take_snapshot(struct crm_store *s)
{
	int rc = 0, dead;
	for (int i = 0; i < 10; i++) {
		rc = s->rtxn ? mdb_txn_renew(s->rtxn) :
		    crm_db_read_txn(s->env, &s->rtxn);
		while (rc == MDB_MAP_RESIZED && s->rtxn &&
		    crm_db_map(s->env, 0) == 0)
			rc = mdb_txn_renew(s->rtxn);
		if (rc == 0)
			return 0;
		if (rc != EAGAIN && rc != MDB_READERS_FULL)
			return rc;
		mdb_reader_check(s->env, &dead);
		struct timespec ts = { .tv_nsec = 1000000L << i };
		nanosleep(&ts, NULL);
	}
	return rc;
}

static enum crm_status
note_last(struct crm_store *s, struct crm_err *err)
{
	size_t id = mdb_txn_id(s->rtxn);
	if (s->snap == id && id)
		return CRM_OK;
	struct crm_commit_rec c = { 0 };
	enum crm_status st = crm_db_last(s, s->rtxn, &s->last_rev, &c, err);
	if (!st)
		st = crm_db_meta_load(s, s->rtxn, err);
	if (st)
		return st;
	s->last_at = c.at;
	s->snap = id;
	return CRM_OK;
}

enum crm_status
crm_db_enter(struct crm_store *s, struct crm_err *err)
{
	if (s->depth) {
		s->depth++;
		return CRM_OK;
	}
	enum crm_status st = crm_db_gate(s, false, err);
	if (st)
		return st;
	if (!s->txn && (!s->env || was_swapped(s))) {
		crm_db_env_close(s);
		crm_db_shape_forget(s);
		st = crm_db_env_open(s, err);
	}
	if (!st) {
		int rc = take_snapshot(s);
		st = rc ? crm_db_err(s, rc, _("cannot read"), err) :
		    note_last(s, err);
		if (!rc && st)
			mdb_txn_reset(s->rtxn);
	}
	if (st) {
		crm_db_gate_drop(s);
		return st;
	}
	s->depth = 1;
	return CRM_OK;
}

enum { FORGET_BYTES = 32 << 20 };

/* LMDB does not tell where its map is; the values at both ends of its trees
 * span nearly all of it. */
void
crm_db_forget_pages(struct crm_store *s, size_t more)
{
	uintptr_t lo = UINTPTR_MAX, hi = 0, page = (uintptr_t)getpagesize();
	s->touched += more;
	if (s->touched < FORGET_BYTES)
		return;
	s->touched = 0;
	for (int i = 0; i < CRM_DB_N * 2; i++) {
		MDB_cursor *c;
		MDB_val k, v;
		if (mdb_cursor_open(s->rtxn, s->dbi[i / 2], &c))
			continue;
		if (mdb_cursor_get(c, &k, &v, i % 2 ? MDB_LAST :
		    MDB_FIRST) == 0) {
			uintptr_t p = (uintptr_t)k.mv_data;
			lo = p < lo ? p : lo;
			hi = p > hi ? p : hi;
		}
		mdb_cursor_close(c);
	}
	lo = (lo + page - 1) / page * page;
	hi = hi / page * page;
	if (lo < hi)
		madvise((void *)lo, hi - lo, MADV_DONTNEED);
}

/* A page fault maps the neighbours, too: sixteen pages on Linux. */
void
crm_db_looked(struct crm_store *s)
{
	enum { SOME = 512, BYTES = 65536 };
	if (++s->looks % SOME || crm_db_enter(s, NULL))
		return;
	crm_db_forget_pages(s, (size_t)SOME * BYTES);
	crm_db_leave(s);
}

/* n keys at random places of a tree lie in leaves * (1 - e^(-n / leaves)) of
 * its leaves. */
size_t
crm_store_batch(struct crm_store *s, size_t max)
{
	enum { PAGES = 20480, FEWEST = 1000 };
	MDB_stat keys, recs;
	if (crm_db_enter(s, NULL))
		return max;
	int rc = mdb_stat(s->rtxn, s->dbi[CRM_DB_UNIQ], &keys);
	if (!rc)
		rc = mdb_stat(s->rtxn, s->dbi[CRM_DB_REC], &recs);
	crm_db_leave(s);
	if (rc || keys.ms_leaf_pages <= PAGES)
		return max;
	double leaves = (double)keys.ms_leaf_pages;
	double each = (double)keys.ms_entries / ((double)recs.ms_entries + 1);
	double n = -leaves * log1p(-PAGES / leaves) / (each > 1 ? each : 1);
	return n < FEWEST ? FEWEST : n < (double)max ? (size_t)n : max;
}

void
crm_db_leave(struct crm_store *s)
{
	if (--s->depth)
		return;
	mdb_txn_reset(s->rtxn);
	crm_db_gate_drop(s);
}

enum crm_status
crm_store_enter(struct crm_store *s, struct crm_err *err)
{
	return crm_db_enter(s, err);
}

void
crm_store_leave(struct crm_store *s)
{
	crm_db_leave(s);
}

enum crm_status
crm_db_last(struct crm_store *s, MDB_txn *t, uint64_t *rev,
    struct crm_commit_rec *c, struct crm_err *err)
{
	MDB_cursor *cur;
	MDB_val k, v;
	*rev = 0;
	int rc = mdb_cursor_open(t, s->dbi[CRM_DB_JNL], &cur);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	rc = mdb_cursor_get(cur, &k, &v, MDB_LAST);
	mdb_cursor_close(cur);
	if (rc == MDB_NOTFOUND) {
		if (c->counts)
			*c->counts = (struct crm_counts){ 0 };
		return CRM_OK;
	}
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	if (k.mv_size != 16)
		return crm_db_damage(s, _("a key of the journal"), err);
	*rev = crm_be64_get(k.mv_data);
	if (crm_be64_get((char *)k.mv_data + 8) != UINT64_MAX ||
	    !crm_commit_decode(*rev, (struct crm_str){ v.mv_data, v.mv_size },
	    false, c))
		return crm_db_damage(s, _("the newest commit"), err);
	return CRM_OK;
}
