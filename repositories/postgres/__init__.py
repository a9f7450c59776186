"""The backend that lasts: SQLAlchemy writes the statements, psycopg runs them."""
