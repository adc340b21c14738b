#include <errno.h>
#include <sqlite3.h>
#include <string.h>

#include "fault_vfs.h"

static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
} fault;

struct file {
    sqlite3_file base;
    sqlite3_file *real; /* lies behind this structure */
};

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct file *)f)->real;
}

static int file_close_(sqlite3_file *f)
{
    return real_of(f)->pMethods->xClose(real_of(f));
}

static int file_read_(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    if (fault_strikes(FAULT_READ, "SQLite's read"))
        return SQLITE_IOERR_READ;
    return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}

static int file_write_(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    bool full = fault_strikes(FAULT_FULL, "SQLite's write");
    if (full || fault_strikes(FAULT_WRITE, "SQLite's write")) {
        /* Half of it reaches the file, as on a real disk. */
        real_of(f)->pMethods->xWrite(real_of(f), p, n / 2, at);
        return full ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    }
    return real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int file_truncate_(sqlite3_file *f, sqlite3_int64 size)
{
    if (fault_strikes(FAULT_WRITE, "SQLite's truncate"))
        return SQLITE_IOERR_TRUNCATE;
    return real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int file_sync_(sqlite3_file *f, int flags)
{
    if (fault_strikes(FAULT_SYNC, "SQLite's sync"))
        return SQLITE_IOERR_FSYNC;
    return real_of(f)->pMethods->xSync(real_of(f), flags);
}

static int file_size_(sqlite3_file *f, sqlite3_int64 *size)
{
    if (fault_strikes(FAULT_READ, "SQLite's size"))
        return SQLITE_IOERR_FSTAT;
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int file_lock_(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xLock(real_of(f), level);
}

static int file_unlock_(sqlite3_file *f, int level)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), level);
}

static int file_reserved_(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int file_control_(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int file_sector_(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int file_kind_(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static int shm_map_(sqlite3_file *f, int page, int size, int extend, void volatile **p)
{
    if (fault_strikes(FAULT_READ, "SQLite's shared memory")) {
        *p = NULL;
        return SQLITE_IOERR_SHMMAP;
    }
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, p);
}

static int shm_lock_(sqlite3_file *f, int offset, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), offset, n, flags);
}

static void shm_barrier_(sqlite3_file *f)
{
    real_of(f)->pMethods->xShmBarrier(real_of(f));
}

static int shm_unmap_(sqlite3_file *f, int remove)
{
    return real_of(f)->pMethods->xShmUnmap(real_of(f), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close_,
    .xRead = file_read_,
    .xWrite = file_write_,
    .xTruncate = file_truncate_,
    .xSync = file_sync_,
    .xFileSize = file_size_,
    .xLock = file_lock_,
    .xUnlock = file_unlock_,
    .xCheckReservedLock = file_reserved_,
    .xFileControl = file_control_,
    .xSectorSize = file_sector_,
    .xDeviceCharacteristics = file_kind_,
    .xShmMap = shm_map_,
    .xShmLock = shm_lock_,
    .xShmBarrier = shm_barrier_,
    .xShmUnmap = shm_unmap_,
};

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags, int *out)
{
    (void)vfs;
    struct file *file = (struct file *)f;
    file->real = (sqlite3_file *)(file + 1);
    file->base.pMethods = NULL;
    file->real->pMethods = NULL;
    if (fault_strikes(FAULT_READ, "SQLite's open"))
        return SQLITE_IOERR;
    int code = fault.real->xOpen(fault.real, name, file->real, flags, out);
    if (file->real->pMethods)
        file->base.pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    if (fault_strikes(FAULT_NAME, "SQLite's delete"))
        return SQLITE_IOERR_DELETE;
    return fault.real->xDelete(fault.real, name, sync);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs;
    if (fault_strikes(FAULT_READ, "SQLite's access"))
        return SQLITE_IOERR_ACCESS;
    return fault.real->xAccess(fault.real, name, flags, out);
}

void fault_vfs_install(void)
{
    fault.real = sqlite3_vfs_find(NULL);
    fault.vfs = *fault.real; /* the other methods do not look at the structure they are called with */
    fault.vfs.pNext = NULL;
    fault.vfs.zName = "fault";
    fault.vfs.szOsFile = (int)sizeof(struct file) + fault.real->szOsFile;
    fault.vfs.xOpen = vfs_open;
    fault.vfs.xDelete = vfs_delete;
    fault.vfs.xAccess = vfs_access;
    sqlite3_vfs_register(&fault.vfs, 0);
}
