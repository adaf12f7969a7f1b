<!-- Makes one line of a test result file: the skipped tests, grouped by the reason. Empty when no test is skipped. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
  <xsl:output method="text" />
  <xsl:variable name="skipped" select="//t:UnitTestResult[@outcome = 'NotExecuted']" />
  <xsl:key name="reason" match="t:UnitTestResult[@outcome = 'NotExecuted']" use="string(.//t:Message)" />
  <!-- The name up to the arguments of a theory. -->
  <xsl:key name="test" match="t:UnitTestResult[@outcome = 'NotExecuted']" use="concat(.//t:Message, ': ', substring-before(concat(@testName, '('), '('))" />
  <xsl:template match="/">
    <xsl:if test="$skipped">
      <xsl:value-of select="concat(count($skipped), ' tests were skipped. ')" />
      <xsl:for-each select="$skipped[generate-id() = generate-id(key('reason', string(.//t:Message))[1])]">
        <xsl:variable name="reason" select="string(.//t:Message)" />
        <xsl:value-of select="concat(substring('; ', 1, 2 * number(position() > 1)), $reason, ': ')" />
        <xsl:for-each select="key('reason', $reason)[generate-id() = generate-id(key('test', concat($reason, ': ', substring-before(concat(@testName, '('), '(')))[1])]">
          <xsl:sort select="@testName" />
          <xsl:value-of select="concat(substring(', ', 1, 2 * number(position() > 1)), substring-after(substring-before(concat(@testName, '('), '('), 'ActorTcp.Tests.'))" />
        </xsl:for-each>
      </xsl:for-each>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
