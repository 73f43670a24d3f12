package io.otphandler.adapter.jdbi;

/** The ports on PostgreSQL. */
class PostgresContractTest extends PortsOnADatabase {

    private final String url = PostgresServer.newDatabase();

    @Override
    String url() {
        return url;
    }

    /** Another process could not do more: closed, and opened again. */
    @Override
    public void forgetMemory() {
        database.close();
        open();
    }
}
